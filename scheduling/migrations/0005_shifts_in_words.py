import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0001_initial'),
        ('scheduling', '0004_run_break_reason'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='shift',
            options={'ordering': ('date', 'technician'), 'verbose_name': 'shift', 'verbose_name_plural': 'shifts'},
        ),
        migrations.AlterModelOptions(
            name='shiftbreak',
            options={'ordering': ('earliest_at',), 'verbose_name': 'break', 'verbose_name_plural': 'breaks'},
        ),
        migrations.AlterField(
            model_name='shift',
            name='end_place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='maps.place', verbose_name='ends at'),
        ),
        migrations.AlterField(
            model_name='shift',
            name='is_regular',
            field=models.BooleanField(default=False, verbose_name='from a weekly shift'),
        ),
        migrations.AlterField(
            model_name='shift',
            name='start_place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='maps.place', verbose_name='starts at'),
        ),
        migrations.AlterField(
            model_name='shift',
            name='technician',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='scheduling.technician', verbose_name='technician'),
        ),
        migrations.AlterConstraint(
            model_name='shiftbreak',
            name='shift_break_earliest_first',
            constraint=models.CheckConstraint(condition=models.Q(('earliest_at__lte', models.F('latest_at'))), name='shift_break_earliest_first', violation_error_message='The latest begin of a break is not before its earliest.'),
        ),
    ]
