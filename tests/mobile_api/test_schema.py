from pathlib import Path

from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from mobile_api.handlers import HANDLERS
from mobile_api.urls_api import urlpatterns

DOCS = Path(__file__).resolve().parents[2] / "docs" / "sync.md"


def test_the_schema_is_made_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", file=str(tmp_path / "schema.yml"))


def test_every_door_of_the_phone_is_in_it(client: Client, db: None) -> None:
    schema = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"}).json()
    doors = [f"/api/v1/{str(one.pattern).replace('<uuid:client_id>', '{client_id}')}" for one in urlpatterns]
    assert [door for door in doors if door not in schema["paths"]] == []
    assert schema["openapi"] == "3.1.0"
    assert get_resolver().resolve("/api/v1/day/").url_name == "api-day"


def test_every_kind_of_act_is_described() -> None:
    text = DOCS.read_text()
    assert [kind for kind in HANDLERS if f"`{kind}`" not in text] == []
