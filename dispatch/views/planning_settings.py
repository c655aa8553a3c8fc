"""What holds for every plan: the dispatchers' settings and their sets of weights."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dispatch.access import ADMINISTRATOR, DISPATCHER, role_required
from dispatch.forms.base import list_faults
from dispatch.forms.planning import PlanningForms, WeightSetForm
from dispatch.views.acting import act_of
from scheduling.errors import Refused
from scheduling.models import PlanningSettings, WeightSet
from scheduling.services.planning_settings import (
    delete_weight_set,
    read_planning_settings,
    save_weight_set,
    set_planning_settings,
)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(DISPATCHER, ADMINISTRATOR)
def set_planning(request: HttpRequest) -> HttpResponse:
    forms = PlanningForms(before=read_planning_settings(), data=request.POST if request.method == "POST" else None)
    context = {"forms": forms, "weight_sets": WeightSet.objects.all()}
    if request.method == "POST" and forms.is_valid():
        try:
            set_planning_settings(values=forms.to_values(), seen=forms.sight.cleaned_data["seen"])
        except Refused as refusal:
            context["refusal"] = str(refusal)
        else:
            messages.success(request, _("The settings are saved; the next plan follows them."))
            return redirect("planning")
    status = 422 if request.method == "POST" and not forms.adds_row else 200
    return render(request, "dispatch/planning.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(DISPATCHER, ADMINISTRATOR)
def set_weights(request: HttpRequest, weight_set_id: int) -> HttpResponse:
    return answer(request, get_object_or_404(WeightSet, pk=weight_set_id))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(DISPATCHER, ADMINISTRATOR)
def new_weights(request: HttpRequest) -> HttpResponse:
    """A new set begins with the balanced one's numbers."""
    like = WeightSet.objects.filter(code="balanced").first() or WeightSet()
    like.pk, like.code, like.name = None, "", ""
    return answer(request, like)


@role_required(DISPATCHER, ADMINISTRATOR)
@act_of("planning_weights", "weight_set_id")
def delete_weights(request: HttpRequest, weight_set_id: int) -> HttpResponse:
    weight_set = get_object_or_404(WeightSet, pk=weight_set_id)
    try:
        name = delete_weight_set(weight_set_id=weight_set.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("planning_weights", weight_set.pk)
    messages.success(request, _("The weights “%(name)s” are deleted.") % {"name": name})
    return redirect("planning")


def answer(request: HttpRequest, weight_set: WeightSet) -> HttpResponse:
    form = WeightSetForm(request.POST if request.method == "POST" else None, instance=weight_set)
    is_usual = weight_set.pk is not None and PlanningSettings.current().weight_set_id == weight_set.pk
    context = {"form": form, "weight_set": weight_set, "is_usual": is_usual}
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_weight_set(weight_set=form.instance, seen=form.cleaned_data["seen"])
        except Refused as refusal:
            context["refusal"] = str(refusal)
        else:
            messages.success(request, _("The weights “%(name)s” are saved.") % {"name": saved})
            return redirect("planning")
    context["faults"] = list_faults([form])
    status = 422 if request.method == "POST" else 200
    return render(request, "dispatch/weights.html", context, status=status)
