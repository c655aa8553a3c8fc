"""The visit report for the office, as the customer has it."""

from django.db.models.fields.files import ImageFieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dispatch.access import OFFICE, get_visit_for, role_required
from dispatch.models import Photo, Signature, Visit, VisitReport
from dispatch.services.report_pdf import draw_report


def answer_pdf(report: VisitReport) -> HttpResponse:
    response = HttpResponse(draw_report(report), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{report.contents["number"]}.pdf"'
    return response


def answer_photo(photo: Photo) -> FileResponse:
    return answer_picture(photo.image, "image/jpeg")


def answer_strokes(visit: Visit) -> FileResponse:
    """What the customer drew. A name that signs alone has no picture."""
    signature = get_object_or_404(Signature.objects.exclude(image=""), visit=visit)
    return answer_picture(signature.image, "image/png")


def answer_picture(image: ImageFieldFile, content_type: str) -> FileResponse:
    """Pixels that we encoded ourselves; still shown as nothing but a picture."""
    try:
        response = FileResponse(image.open("rb"), content_type=content_type)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@require_safe
@role_required(*OFFICE)
def show_report(request: HttpRequest, visit_id: int) -> HttpResponseBase:
    visit = get_visit_for(request.user, visit_id)
    report = VisitReport.objects.filter(visit=visit).first()
    return render(request, "dispatch/customer/office_report.html", {"visit": visit, "report": report})


@never_cache
@require_safe
@role_required(*OFFICE)
def show_pdf(request: HttpRequest, visit_id: int) -> HttpResponseBase:
    return answer_pdf(get_object_or_404(VisitReport, visit=get_visit_for(request.user, visit_id)))


@never_cache
@require_safe
@role_required(*OFFICE)
def show_photo(request: HttpRequest, visit_id: int, photo_id: int) -> HttpResponseBase:
    return answer_photo(get_object_or_404(get_visit_for(request.user, visit_id).photos, pk=photo_id))


@never_cache
@require_safe
@role_required(*OFFICE)
def show_signature(request: HttpRequest, visit_id: int) -> HttpResponseBase:
    return answer_strokes(get_visit_for(request.user, visit_id))
