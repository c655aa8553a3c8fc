import pytest

from dispatch.folding import fold
from dispatch.models import Customer
from dispatch.selectors.cases import find_customers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("search", ["gomez", "GÓMEZ", "Gómez", "laura gom", "munoz"])
def test_customers_are_found_without_accents_and_capitals(search):
    Customer.objects.create(name="Laura Gómez Muñoz")
    Customer.objects.create(name="Pedro Gil")

    assert [customer.name for customer in find_customers(search=search)] == ["Laura Gómez Muñoz"]


@pytest.mark.parametrize("name", ["Íñigo Ibáñez", "ÀÉÎÕÜ ç", "Łukasz Čapek", "ÅNGSTRÖM"])
def test_the_database_folds_as_python_does(name):
    customer = Customer.objects.create(name=name)

    assert Customer.objects.get(name__folded=fold(name)) == customer
