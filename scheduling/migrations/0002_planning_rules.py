import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0001_initial'),
        ('scheduling', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AppointmentLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery', models.PositiveIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='brought')),
                ('pickup', models.PositiveIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='taken along')),
            ],
            options={
                'verbose_name': 'load',
                'verbose_name_plural': 'loads',
                'ordering': ('unit',),
            },
        ),
        migrations.CreateModel(
            name='AppointmentTechnician',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('required', 'required'), ('preferred', 'preferred'), ('excluded', 'excluded')], max_length=12, verbose_name='kind')),
            ],
            options={
                'verbose_name': 'technician asked for or excluded',
                'verbose_name_plural': 'technicians asked for or excluded',
            },
        ),
        migrations.CreateModel(
            name='LoadUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
            ],
            options={
                'verbose_name': 'unit of load',
                'verbose_name_plural': 'units of load',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='PlanningSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('freeze_s', models.PositiveIntegerField(default=0, help_text='Stops planned to begin so soon stay where they are. 1800 is half an hour.', validators=[django.core.validators.MaxValueValidator(86400)], verbose_name='freeze from now on, in seconds')),
                ('continuity_months', models.PositiveSmallIntegerField(default=12, help_text='Who finished a visit at a place within them knows it. 0: nobody does.', validators=[django.core.validators.MaxValueValidator(120)], verbose_name='months for which a technician knows a site')),
                ('currency', models.CharField(default='EUR', help_text='Of the prices of overtime.', max_length=3, verbose_name='currency')),
            ],
            options={
                'verbose_name': 'planning settings',
                'verbose_name_plural': 'planning settings',
            },
        ),
        migrations.CreateModel(
            name='SpeedStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], help_text='Empty: every day without steps of its own.', null=True, verbose_name='weekday')),
                ('starts', models.TimeField(verbose_name='from')),
                ('percent', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1000)], verbose_name='speed (%)')),
            ],
            options={
                'verbose_name': 'speed by the hour',
                'verbose_name_plural': 'speeds by the hour',
                'ordering': ('weekday', 'starts'),
            },
        ),
        migrations.CreateModel(
            name='TechnicianCapacity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='amount')),
            ],
            options={
                'verbose_name': 'capacity of a van',
                'verbose_name_plural': 'capacities of vans',
                'ordering': ('unit',),
            },
        ),
        migrations.CreateModel(
            name='TechnicianTerritory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('home', 'home'), ('allowed', 'allowed'), ('forbidden', 'forbidden')], default='home', max_length=12, verbose_name='kind')),
            ],
            options={
                'verbose_name': 'territory of a technician',
                'verbose_name_plural': 'territories of technicians',
            },
        ),
        migrations.CreateModel(
            name='WeightSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('travel', models.PositiveIntegerField(default=100, help_text='Percent of each second of driving.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='driving (%)')),
                ('paid', models.PositiveIntegerField(default=0, help_text='Percent of each second from leaving to returning.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='paid time (%)')),
                ('overtime', models.PositiveIntegerField(default=0, help_text='Percent of each second after the end of the shift, besides the paid time.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='overtime (%)')),
                ('waiting', models.PositiveIntegerField(default=0, help_text='Percent of each second of waiting.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='waiting (%)')),
                ('late_minute', models.PositiveIntegerField(default=0, help_text='For each minute that work begins after the hour agreed as late.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='a minute late (s)')),
                ('risk_hour', models.PositiveIntegerField(default=0, help_text='For each hour after the shift’s start at which a visit that is sure to be risky begins.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='an hour of risk (s)')),
                ('moved_hour', models.PositiveIntegerField(default=0, help_text='For each hour that a begin differs from the published plan.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='an hour moved (s)')),
                ('other_technician', models.PositiveIntegerField(default=0, help_text='Once, when the published plan had another technician.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='another technician (s)')),
                ('other_day', models.PositiveIntegerField(default=0, help_text='Once, when the published plan had another day.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='another day (s)')),
                ('not_preferred', models.PositiveIntegerField(default=0, help_text='Once, when others are preferred for the visit.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='not a preferred technician (s)')),
                ('stranger', models.PositiveIntegerField(default=0, help_text='Once, when others know the site.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='a technician new to the site (s)')),
                ('outside_home', models.PositiveIntegerField(default=0, help_text='Once for each visit outside the technician’s home territories.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='outside the home territory (s)')),
                ('spare_level', models.PositiveIntegerField(default=0, help_text='For each level of a skill above the one needed.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='a level to spare (s)')),
                ('rare_skill', models.PositiveIntegerField(default=0, help_text='For each skill that the visit doesn’t need, the more the rarer it is.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='a rare skill unused (s)')),
                ('fairness', models.PositiveIntegerField(default=0, help_text='For the square of the hours that somebody works and drives above an equal share of the work.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='fairness (s)')),
                ('unserved_priority', models.PositiveIntegerField(default=14400, help_text='For a visit left out, times its priority (1, 2, 4 or 8).', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='left out, by priority (s)')),
                ('unserved_day', models.PositiveIntegerField(default=0, help_text='For a visit left out, for each day since it was asked for.', validators=[django.core.validators.MaxValueValidator(10000000)], verbose_name='left out, by age (s)')),
            ],
            options={
                'verbose_name': 'set of weights',
                'verbose_name_plural': 'sets of weights',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='WorkLedger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week_start', models.DateField(verbose_name='week from')),
                ('worked_s', models.PositiveIntegerField(default=0, verbose_name='worked, in seconds')),
                ('driven_s', models.PositiveIntegerField(default=0, verbose_name='driven, in seconds')),
            ],
            options={
                'verbose_name': 'week of work',
                'verbose_name_plural': 'weeks of work',
                'ordering': ('-week_start', 'technician'),
            },
        ),
        migrations.AlterModelOptions(
            name='appointment',
            options={'verbose_name': 'appointment', 'verbose_name_plural': 'appointments'},
        ),
        migrations.AlterModelOptions(
            name='appointmenthours',
            options={'ordering': ('weekday', 'opens'), 'verbose_name': 'opening hours', 'verbose_name_plural': 'opening hours'},
        ),
        migrations.AlterModelOptions(
            name='appointmentskill',
            options={'verbose_name': 'skill needed', 'verbose_name_plural': 'skills needed'},
        ),
        migrations.AlterModelOptions(
            name='appointmentwindow',
            options={'ordering': ('starts_at',), 'verbose_name': 'wish of the customer', 'verbose_name_plural': 'wishes of the customer'},
        ),
        migrations.RemoveConstraint(
            model_name='appointmentskill',
            name='appointment_skill_once',
        ),
        migrations.AddField(
            model_name='appointment',
            name='risk',
            field=models.PositiveSmallIntegerField(default=0, help_text='How likely it takes longer or fails. The planner puts risky visits early in the day.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='risk (%)'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='sla_at',
            field=models.DateTimeField(blank=True, help_text='Every minute of a later begin has its price in the plan.', null=True, verbose_name='late after'),
        ),
        migrations.AddField(
            model_name='appointmentskill',
            name='group',
            field=models.PositiveSmallIntegerField(default=0, help_text='0: needed in any case. Of the skills with the same number above 0, one is enough.', validators=[django.core.validators.MaxValueValidator(20)], verbose_name='group'),
        ),
        migrations.AddField(
            model_name='breakrule',
            name='from_start',
            field=models.BooleanField(default=False, help_text='03:00 then means three hours after the shift has started.', verbose_name='counted from the start of the shift'),
        ),
        migrations.AddField(
            model_name='routeplan',
            name='days',
            field=models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='days'),
        ),
        migrations.AddField(
            model_name='run',
            name='days',
            field=models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='days'),
        ),
        migrations.AddField(
            model_name='run',
            name='freeze_s',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='freeze from now on, in seconds'),
        ),
        migrations.AddField(
            model_name='run',
            name='may_break',
            field=models.JSONField(blank=True, default=list, verbose_name='promises that may be broken'),
        ),
        migrations.AddField(
            model_name='shiftbreak',
            name='from_start',
            field=models.BooleanField(default=False, verbose_name='counted from the start of the shift'),
        ),
        migrations.AddField(
            model_name='technician',
            name='max_leg_s',
            field=models.PositiveIntegerField(blank=True, help_text='From one place to the next.', null=True, verbose_name='longest single way, in seconds'),
        ),
        migrations.AddField(
            model_name='technician',
            name='max_work_s',
            field=models.PositiveIntegerField(blank=True, help_text='3600 is one hour.', null=True, verbose_name='most work at customers a shift, in seconds'),
        ),
        migrations.AddField(
            model_name='technician',
            name='overtime_rate',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='In the currency of the planning settings.', max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='price of an hour of overtime'),
        ),
        migrations.AddField(
            model_name='technician',
            name='planned_overtime_s',
            field=models.PositiveIntegerField(default=0, help_text='As much of the most overtime as the planner may plan without asking. 0: none.', verbose_name='overtime that the planner may use, in seconds'),
        ),
        migrations.AddField(
            model_name='technician',
            name='travel_profile',
            field=models.CharField(choices=[('car', 'car'), ('van', 'van'), ('bicycle', 'bicycle'), ('foot', 'on foot')], default='car', max_length=12, verbose_name='travels by'),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='pinned_technician',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduling.technician', verbose_name='pinned technician'),
        ),
        migrations.AlterField(
            model_name='appointmenthours',
            name='closes',
            field=models.TimeField(verbose_name='closes'),
        ),
        migrations.AlterField(
            model_name='appointmenthours',
            name='opens',
            field=models.TimeField(verbose_name='opens'),
        ),
        migrations.AlterField(
            model_name='appointmenthours',
            name='weekday',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='weekday'),
        ),
        migrations.AlterField(
            model_name='appointmentskill',
            name='level',
            field=models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='level'),
        ),
        migrations.AlterField(
            model_name='appointmentskill',
            name='skill',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.skill', verbose_name='skill'),
        ),
        migrations.AlterField(
            model_name='appointmentwindow',
            name='ends_at',
            field=models.DateTimeField(verbose_name='until'),
        ),
        migrations.AlterField(
            model_name='appointmentwindow',
            name='starts_at',
            field=models.DateTimeField(verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='technician',
            name='speed_factor',
            field=models.FloatField(default=1.0, help_text='Travel times are divided by it: 1.25 is a quarter faster than usual, 0.8 a fifth slower.', validators=[django.core.validators.MinValueValidator(0.2), django.core.validators.MaxValueValidator(5)], verbose_name='speed factor'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('risk__lte', 100)), name='appointment_risk_percent'),
        ),
        migrations.AddConstraint(
            model_name='appointmentskill',
            constraint=models.UniqueConstraint(fields=('appointment', 'skill', 'group'), name='appointment_skill_once_a_group'),
        ),
        migrations.AddField(
            model_name='appointmentload',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='loads', to='scheduling.appointment'),
        ),
        migrations.AddField(
            model_name='appointmenttechnician',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='technicians', to='scheduling.appointment'),
        ),
        migrations.AddField(
            model_name='appointmenttechnician',
            name='technician',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='scheduling.technician', verbose_name='technician'),
        ),
        migrations.AddField(
            model_name='appointmentload',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.loadunit', verbose_name='unit'),
        ),
        migrations.AddField(
            model_name='speedstep',
            name='settings',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='speed_steps', to='scheduling.planningsettings'),
        ),
        migrations.AddField(
            model_name='techniciancapacity',
            name='technician',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='capacities', to='scheduling.technician'),
        ),
        migrations.AddField(
            model_name='techniciancapacity',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.loadunit', verbose_name='unit'),
        ),
        migrations.AddField(
            model_name='technicianterritory',
            name='technician',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='scheduling.technician'),
        ),
        migrations.AddField(
            model_name='technicianterritory',
            name='territory',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='maps.territory', verbose_name='territory'),
        ),
        migrations.AddConstraint(
            model_name='technician',
            constraint=models.CheckConstraint(condition=models.Q(('planned_overtime_s__lte', models.F('max_overtime_s'))), name='technician_planned_overtime_within', violation_error_message='The planner may not use more overtime than the most overtime a shift.'),
        ),
        migrations.AddField(
            model_name='planningsettings',
            name='weight_set',
            field=models.ForeignKey(blank=True, help_text='Used wherever nobody chooses others.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.weightset', verbose_name='weights'),
        ),
        migrations.AddField(
            model_name='run',
            name='weight_set',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduling.weightset', verbose_name='weights'),
        ),
        migrations.AddField(
            model_name='workledger',
            name='technician',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger', to='scheduling.technician', verbose_name='technician'),
        ),
        migrations.AddConstraint(
            model_name='appointmenttechnician',
            constraint=models.UniqueConstraint(fields=('appointment', 'technician'), name='appointment_technician_once'),
        ),
        migrations.AddConstraint(
            model_name='appointmentload',
            constraint=models.UniqueConstraint(fields=('appointment', 'unit'), name='appointment_load_once'),
        ),
        migrations.AddConstraint(
            model_name='speedstep',
            constraint=models.UniqueConstraint(condition=models.Q(('weekday__isnull', True)), fields=('settings', 'starts'), name='speed_step_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='speedstep',
            constraint=models.UniqueConstraint(fields=('settings', 'weekday', 'starts'), name='speed_step_once_a_weekday'),
        ),
        migrations.AddConstraint(
            model_name='speedstep',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 5), ('percent__lte', 1000)), name='speed_step_possible'),
        ),
        migrations.AddConstraint(
            model_name='techniciancapacity',
            constraint=models.UniqueConstraint(fields=('technician', 'unit'), name='technician_capacity_once'),
        ),
        migrations.AddConstraint(
            model_name='technicianterritory',
            constraint=models.UniqueConstraint(fields=('technician', 'territory'), name='technician_territory_once'),
        ),
        migrations.AddConstraint(
            model_name='planningsettings',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='planning_settings_one_row', violation_error_message='There is one row of planning settings; change that one.'),
        ),
        migrations.AddConstraint(
            model_name='workledger',
            constraint=models.UniqueConstraint(fields=('technician', 'week_start'), name='work_ledger_once'),
        ),
    ]
