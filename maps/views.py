from __future__ import annotations

import gzip
import hashlib
from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from maps.geocoding import GeocodingError, geocode
from maps.models import PlaceQuality
from maps.regions import RegionMissingError, get_region, read_basemap

MAX_QUERY = 200
OFFICE_GROUPS = ("agent", "dispatcher", "administrator")


@require_safe
@login_required
def search_places(request: HttpRequest) -> JsonResponse:
    """Candidates for an address, for the place picker. Customers' addresses are among them, so only the office asks."""
    if not (request.user.is_superuser or request.user.groups.filter(name__in=OFFICE_GROUPS).exists()):
        raise PermissionDenied
    try:
        results = geocode(request.GET.get("q", "").replace("\0", "")[:MAX_QUERY])
    except GeocodingError as error:
        return JsonResponse({"results": [], "error": str(error)}, status=502)
    found = [{**asdict(result), "quality_label": str(PlaceQuality(result.quality).label)} for result in results]
    return JsonResponse({"results": found, "error": ""})


@require_safe
def basemap(request: HttpRequest, name: str) -> HttpResponseBase:
    """A region's base map: nothing personal is in it, and customers' pages draw it too."""
    try:
        packed = read_basemap(get_region(name))
    except RegionMissingError as error:
        raise Http404(str(error)) from error
    tag = f'W/"{hashlib.sha256(packed).hexdigest()[:24]}"'
    response: HttpResponseBase
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="application/json", headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(gzip.decompress(packed), content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=3600"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
