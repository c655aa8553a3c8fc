from __future__ import annotations

import gzip
import hashlib
from dataclasses import asdict

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from maps.geocoding import GeocodingError, geocode
from maps.models import PlaceQuality
from maps.regions import RegionMissing, get_region, read_basemap

MAX_QUERY = 200


@require_safe
@login_required
@permission_required("maps.view_place", raise_exception=True)
def search_places(request: HttpRequest) -> JsonResponse:
    """Candidates for an address, for the place picker. Customers' addresses are among them: only for who may see all."""
    try:
        results = geocode(request.GET.get("q", "")[:MAX_QUERY])
    except GeocodingError as error:
        return JsonResponse({"results": [], "error": str(error)}, status=502)
    found = [{**asdict(result), "quality_label": str(PlaceQuality(result.quality).label)} for result in results]
    return JsonResponse({"results": found, "error": ""})


@require_safe
def basemap(request: HttpRequest, name: str) -> HttpResponseBase:
    """A region's base map: nothing personal is in it, and customers' pages draw it too."""
    try:
        packed = read_basemap(get_region(name))
    except RegionMissing as error:
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
