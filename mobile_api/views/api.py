"""The technician's API. Everything starts from the paired phone; what is another technician's does not exist."""

from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dispatch.enums import NotCompletedReason
from dispatch.models import Factor, Observation, PairedDevice
from dispatch.problems import ProblemError, list_field_errors
from dispatch.services.media import MAX_PHOTO_BYTES, PictureRefused, keep_photo, read_photo
from dispatch.services.pairing import PairingRefused
from dispatch.text import clean_text
from mobile_api.authentication import DeviceCookieAuthentication, DeviceTokenAuthentication
from mobile_api.handlers import renew_report
from mobile_api.models import DeclaredPhoto
from mobile_api.pairing import TooManyAttempts, exchange_code
from mobile_api.permissions import IsPairedTechnician, TakenAway, get_visit_for
from mobile_api.selectors import earlier_visits, list_work_days
from mobile_api.serializers import (
    ActsSentSerializer,
    ActsSerializer,
    DaySerializer,
    PairedSerializer,
    PairSerializer,
    PhotoSerializer,
    ReceiptSerializer,
    ReceiptsSerializer,
    to_sent_act,
)
from mobile_api.sync import Receipt, SentAct, apply_acts
from scheduling.errors import TooBusy

PROBLEM = OpenApiResponse(OpenApiTypes.OBJECT, description="application/problem+json")


class TechnicianView(APIView):
    authentication_classes = [DeviceTokenAuthentication, DeviceCookieAuthentication]
    permission_classes = [IsPairedTechnician]

    @property
    def device(self) -> PairedDevice:
        return cast(PairedDevice, self.request.auth)


class PairView(APIView):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @extend_schema(
        summary="Exchange a pairing code for a token",
        request=PairSerializer,
        responses={201: PairedSerializer, 400: PROBLEM, 403: PROBLEM, 429: PROBLEM},
    )
    def post(self, request: Request) -> Response:
        body = PairSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            device, token = exchange_code(
                **body.validated_data, address=str(request.META.get("REMOTE_ADDR", "")), now=timezone.now()
            )
        except TooManyAttempts as error:
            raise ProblemError(status=429, kind=error.code, detail=str(error)) from error
        except PairingRefused as error:
            raise ProblemError(status=403, kind=error.code, detail=str(error)) from error
        answer = {"token": token, "device": device.pk, "technician": device.technician.name}
        return Response(PairedSerializer(answer).data, status=status.HTTP_201_CREATED)


class DayView(TechnicianView):
    @extend_schema(
        summary="Today's stops and the next working day's", responses={200: DaySerializer, 401: PROBLEM, 403: PROBLEM}
    )
    def get(self, request: Request) -> Response:
        now, technician = timezone.now(), self.device.technician
        today, following = list_work_days(technician=technician, now=now)
        stops = [stop for day in (today, following) if day for stop in day.stops]
        day = {
            "technician": technician.name,
            "now": now,
            "today": today,
            "next": following,
            "catalogue": {
                "observations": Observation.objects.filter(active=True),
                "factors": Factor.objects.filter(active=True),
                "reasons": [{"code": code, "name": name} for code, name in NotCompletedReason.choices],
            },
        }
        history = earlier_visits(visits=[stop.appointment.visit for stop in stops])
        return Response(DaySerializer(day, context={"history": history}).data)


class ActsView(TechnicianView):
    @extend_schema(
        summary="Send acts, get a receipt for each",
        request=ActsSentSerializer,
        responses={200: ReceiptsSerializer, 400: PROBLEM, 401: PROBLEM, 403: PROBLEM, 503: PROBLEM},
    )
    def post(self, request: Request) -> Response:
        body = ActsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sound: list[SentAct] = []
        receipts: list[Receipt] = []
        for row in body.validated_data["acts"]:
            try:
                sound.append(to_sent_act(row))
            except ValidationError as error:
                receipts.append(_reject(row, error))
        try:
            receipts += apply_acts(device=self.device, acts=sound, now=timezone.now())
        except TooBusy as error:
            raise ProblemError(status=503, kind=error.code, detail=str(error)) from error
        return Response({"receipts": ReceiptSerializer(receipts, many=True).data})


def _reject(row: dict[str, Any], error: ValidationError) -> Receipt:
    """Not even its frame can be read. The id goes back as it came, so that the phone knows which one to park."""
    reason = "; ".join(f"{found['field']}: {found['detail']}" for found in list_field_errors(error.detail))
    sequence = row.get("sequence")
    whole = sequence if isinstance(sequence, int) and 0 <= sequence < 2**62 else 0
    return Receipt(clean_text(str(row.get("id", "")))[:64], whole, "rejected", "", "frame", clean_text(reason)[:500])


class PhotoParser(BaseParser):
    """The raw body. One byte over the limit is enough to know that it is too large."""

    media_type = "*/*"

    def parse(self, stream: Any, _media_type: str | None = None, _context: Any = None) -> Any:
        return cast(bytes, stream.read(MAX_PHOTO_BYTES + 1))


class PhotoView(TechnicianView):
    parser_classes = [PhotoParser]

    @extend_schema(
        summary="Upload a photo that an act has declared",
        request={"image/*": OpenApiTypes.BINARY},
        responses={
            200: PhotoSerializer, 201: PhotoSerializer, 400: PROBLEM, 401: PROBLEM, 403: PROBLEM,
            404: PROBLEM, 413: PROBLEM, 422: PROBLEM,
        },
    )  # fmt: skip
    def put(self, request: Request, client_id: UUID) -> Response:
        declared = self._declared(client_id)
        known = declared.visit.photos.filter(client_id=client_id).first()
        if known is not None:
            return Response(PhotoSerializer(known).data)
        body = self._read_body(request)
        if sha256(body).hexdigest() != declared.sha256:
            raise ProblemError(
                status=422, kind="checksum", detail=_("The photo arrived changed or cut off. Send it again.")
            )
        try:
            picture = read_photo(body)
        except PictureRefused as error:
            raise ProblemError(status=422, kind=error.code, detail=str(error)) from error
        photo = keep_photo(
            visit=declared.visit,
            client_id=client_id,
            picture=picture,
            finding_client_id=declared.finding_client_id,
            for_customer=declared.for_customer,
            at=declared.taken_at,
        )
        renew_report(declared.visit, timezone.now())
        return Response(PhotoSerializer(photo).data, status=status.HTTP_201_CREATED)

    def _declared(self, client_id: UUID) -> DeclaredPhoto:
        for declared in DeclaredPhoto.objects.select_related("visit").filter(client_id=client_id):
            try:
                get_visit_for(self.device.technician, declared.visit_id)
            except TakenAway:
                return declared  # it was taken while the visit was theirs, or was declared as a former technician's
            except Http404:
                continue
            return declared
        raise Http404

    def _read_body(self, request: Request) -> bytes:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError as error:
            raise ParseError from error
        if length > MAX_PHOTO_BYTES:
            raise ProblemError(status=413, kind="picture", detail=_("The picture is too large."))
        body = request.data if isinstance(request.data, bytes) else b""
        if len(body) > MAX_PHOTO_BYTES:
            raise ProblemError(status=413, kind="picture", detail=_("The picture is too large."))
        return body
