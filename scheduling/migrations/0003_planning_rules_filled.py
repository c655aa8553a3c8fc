"""The sets of weights that the software brings, the row of settings; where technicians worked becomes their home."""

from django.db import migrations, models

# As the software brought them then: what the core calls them today must not change what this migration does.
WEIGHT_SETS = {
    "balanced": {
        "name": "Balanced",
        "travel": 100,
        "paid": 10,
        "overtime": 100,
        "waiting": 10,
        "late_minute": 30,
        "risk_hour": 120,
        "moved_hour": 120,
        "other_technician": 300,
        "other_day": 3600,
        "not_preferred": 900,
        "stranger": 300,
        "outside_home": 900,
        "spare_level": 60,
        "rare_skill": 60,
        "fairness": 120,
        "unserved_priority": 14_400,
        "unserved_day": 1800,
    },
    "customer_first": {
        "name": "Customer first",
        "travel": 60,
        "paid": 10,
        "overtime": 50,
        "waiting": 0,
        "late_minute": 120,
        "risk_hour": 600,
        "moved_hour": 900,
        "other_technician": 1800,
        "other_day": 7200,
        "not_preferred": 3600,
        "stranger": 1200,
        "outside_home": 300,
        "spare_level": 30,
        "rare_skill": 30,
        "fairness": 60,
        "unserved_priority": 21_600,
        "unserved_day": 3600,
    },
    "least_driving": {
        "name": "Least driving",
        "travel": 100,
        "paid": 0,
        "overtime": 100,
        "waiting": 0,
        "late_minute": 10,
        "risk_hour": 0,
        "moved_hour": 30,
        "other_technician": 60,
        "other_day": 1800,
        "not_preferred": 300,
        "stranger": 60,
        "outside_home": 0,
        "spare_level": 0,
        "rare_skill": 0,
        "fairness": 0,
        "unserved_priority": 14_400,
        "unserved_day": 900,
    },
    "emergency": {
        "name": "Emergency",
        "travel": 100,
        "paid": 0,
        "overtime": 25,
        "waiting": 0,
        "late_minute": 60,
        "risk_hour": 1200,
        "moved_hour": 1800,
        "other_technician": 3600,
        "other_day": 14_400,
        "not_preferred": 0,
        "stranger": 0,
        "outside_home": 0,
        "spare_level": 0,
        "rare_skill": 0,
        "fairness": 0,
        "unserved_priority": 28_800,
        "unserved_day": 900,
    },
}


def seed_weights(apps, schema_editor):
    weight_set = apps.get_model("scheduling", "WeightSet")
    for code, values in WEIGHT_SETS.items():
        weight_set.objects.create(code=code, **values)
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
    worked.bulk_create(worked.model(technician_id=row.technician_id, territory_id=row.territory_id) for row in homes)


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
