from typing import cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dispatch.case_serializers import CaseInSerializer, CaseOutSerializer
from dispatch.models import CaseSource
from dispatch.problems import ProblemError
from dispatch.services.case_intake import CaseDiffers, take_in_case
from dispatch.source_authentication import IsSource, SourceAuthentication

PROBLEM = OpenApiResponse(description="application/problem+json (RFC 9457)")


class CasesView(APIView):
    authentication_classes = [SourceAuthentication]
    permission_classes = [IsSource]

    @extend_schema(
        operation_id="escalate_case",
        summary="Escalate a case",
        description=(
            "Safe to repeat: the same `external_id` is stored once for each source. A repeated delivery answers 200 "
            "with the same case; the same number with other contents answers 409 and changes nothing."
        ),
        request=CaseInSerializer,
        responses={
            201: CaseOutSerializer,
            200: CaseOutSerializer,
            400: PROBLEM,
            401: PROBLEM,
            409: PROBLEM,
        },
        tags=["cases"],
    )
    def post(self, request: Request) -> Response:
        serializer = CaseInSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        source = cast(CaseSource, request.auth)
        try:
            case, is_new = take_in_case(case=serializer.to_input(), source=source, actor=None, now=timezone.now())
        except CaseDiffers as refusal:
            raise ProblemError(
                status=status.HTTP_409_CONFLICT, detail=str(refusal), kind="case-differs", **refusal.params
            ) from refusal
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(CaseOutSerializer(case).data, status=code)
