"""Keep the brands and their products."""

from dataclasses import dataclass

from sqlalchemy import func, select

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .rules.words import CATEGORIES
from .tables import Brand, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """What is said of a product. Claims stand one a line."""

    brand_id: int
    name: str
    category: str
    registration_number: str = ""
    halal_number: str = ""
    allowed_claims: str = ""
    banned_claims: str = ""


def create_brand(work: Work, name: str) -> Brand:
    """Return a new brand, or raise `Refused` when the name is taken."""
    brand = Brand(org_id=work.actor.org_id, created_at=work.now)
    _name_brand(work, brand, name)
    work.session.add(brand)
    work.session.flush()
    return brand


def rename_brand(work: Work, brand_id: int, name: str) -> Brand:
    """Call a brand `name` from now on, or raise `Refused` when the name is taken."""
    brand = work.get(Brand, brand_id)
    _name_brand(work, brand, name)
    return brand


def create_product(work: Work, facts: ProductFacts) -> Product:
    """Return a new product, or raise `Refused` beside the field that is wrong."""
    product = Product(org_id=work.actor.org_id, created_at=work.now)
    _fill(work, product, facts)
    work.session.add(product)
    work.session.flush()
    return product


def edit_product(work: Work, product_id: int, facts: ProductFacts) -> Product:
    """Change what is said of a product; it stays with its brand."""
    product = work.get(Product, product_id)
    _fill(work, product, facts)
    return product


def _name_brand(work: Work, brand: Brand, name: str) -> None:
    alike = select(Brand.id).where(func.lower(Brand.name) == func.lower(name), Brand.id != (brand.id or 0))
    if work.session.scalars(alike.limit(1)).first() is not None:
        raise Refused(N_("There is a brand of this name already."), field="name")
    brand.name = name


def _fill(work: Work, product: Product, facts: ProductFacts) -> None:
    brand = work.find(Brand, facts.brand_id)
    if brand is None or product.brand_id not in {None, brand.id}:
        raise Refused(N_("Please choose a brand."), field="brand_id")
    if facts.category not in CATEGORIES:
        raise Refused(N_("Please choose a kind of product."), field="category")
    alike = select(Product.id).where(
        Product.brand_id == brand.id,
        func.lower(Product.name) == func.lower(facts.name),
        Product.id != (product.id or 0),
    )
    if work.session.scalars(alike.limit(1)).first() is not None:
        raise Refused(N_("This brand has a product of this name already."), field="name")
    product.brand_id, product.name, product.category = brand.id, facts.name, facts.category
    product.registration_number, product.halal_number = facts.registration_number, facts.halal_number
    product.allowed_claims, product.banned_claims = facts.allowed_claims, facts.banned_claims
