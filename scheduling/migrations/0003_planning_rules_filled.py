"""The sets of weights that the software brings, the row of settings; where technicians worked becomes their home."""

from dataclasses import asdict

from django.db import migrations, models

from scheduling.core.weights import WEIGHT_SETS

NAMES = {
    "balanced": "Balanced",
    "customer_first": "Customer first",
    "least_driving": "Least driving",
    "emergency": "Emergency",
}


def seed_weights(apps, schema_editor):
    weight_set = apps.get_model("scheduling", "WeightSet")
    known = {field.name for field in weight_set._meta.get_fields()}
    for code, name in NAMES.items():
        values = {key: value for key, value in asdict(WEIGHT_SETS[code]).items() if key in known}
        weight_set.objects.create(code=code, name=name, **values)
    balanced = weight_set.objects.get(code="balanced")
    apps.get_model("scheduling", "PlanningSettings").objects.create(pk=1, weight_set=balanced)


def clear_weights(apps, schema_editor):
    apps.get_model("scheduling", "PlanningSettings").objects.all().delete()
    apps.get_model("scheduling", "WeightSet").objects.all().delete()


def keep_territories(apps, schema_editor):
    worked = apps.get_model("scheduling", "Technician").territories.through.objects.all()
    areas = apps.get_model("scheduling", "TechnicianTerritory").objects
    areas.bulk_create(
        areas.model(technician_id=row.technician_id, territory_id=row.territory_id, kind="home") for row in worked
    )


def forget_territories(apps, schema_editor):
    homes = apps.get_model("scheduling", "TechnicianTerritory").objects.filter(kind="home")
    worked = apps.get_model("scheduling", "Technician").territories.through.objects
    worked.bulk_create(
        worked.model(technician_id=row.technician_id, territory_id=row.territory_id) for row in homes
    )


class Migration(migrations.Migration):
    dependencies = [("maps", "0001_initial"), ("scheduling", "0002_planning_rules")]

    operations = [
        migrations.RunPython(seed_weights, clear_weights),
        migrations.RunPython(keep_territories, forget_territories),
        # A relation can't change to another table in place.
        migrations.RemoveField("technician", "territories"),
        migrations.AddField(
            "technician",
            "territories",
            models.ManyToManyField(
                blank=True,
                related_name="+",
                through="scheduling.TechnicianTerritory",
                to="maps.territory",
                verbose_name="territories",
            ),
        ),
    ]
