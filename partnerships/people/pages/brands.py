"""The brands and what they sell."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.errors import Refused
from partnerships.people import branding, finding
from partnerships.people.forms import BrandForm, ProductForm
from partnerships.people.rules.words import CATEGORIES
from partnerships.web.context import begin, looking
from partnerships.web.flashes import flash_next

from .blueprint import pages


@pages.get("/brands")
def brands() -> ResponseReturnValue:
    """Show the brands with their products."""
    with looking() as reading:
        found = finding.list_brands(reading)
    return render_template("people/brands.html", brands=found, categories=CATEGORIES)


@pages.route("/brands/new", methods=["GET", "POST"])
def create_brand() -> ResponseReturnValue:
    """Add a brand; its first product comes next."""
    form = BrandForm()
    if form.validate_on_submit():
        try:
            with begin() as work:
                brand = branding.create_brand(work, form.name.data or "")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The brand is saved. Now its product."), "success")
            return redirect(url_for(".create_product", brand=brand.id))
    return render_template("people/brand.html", form=form, brand=None), 422 if form.errors else 200


@pages.route("/brands/<int:brand_id>", methods=["GET", "POST"])
def edit_brand(brand_id: int) -> ResponseReturnValue:
    """Change a brand's name."""
    with looking() as reading:
        brand = finding.get_brand(reading, brand_id)
    form = BrandForm(obj=brand)
    if form.validate_on_submit():
        try:
            with begin() as work:
                branding.rename_brand(work, brand_id, form.name.data or "")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The brand is saved."), "success")
            return redirect(url_for(".brands"))
    return render_template("people/brand.html", form=form, brand=brand), 422 if form.errors else 200


@pages.route("/products/new", methods=["GET", "POST"])
def create_product() -> ResponseReturnValue:
    """Add a product, of the brand that `?brand=` names if it is one of ours."""
    with looking() as reading:
        choices = [(brand.id, brand.name) for brand in finding.list_brands(reading)]
    if not choices:
        flash(gettext("A product belongs to a brand: please add the brand first."), "info")
        return redirect(url_for(".create_brand"))
    form = ProductForm(brands=choices, brand_id=request.args.get("brand", type=int))
    if form.validate_on_submit():
        try:
            with begin() as work:
                product = branding.create_product(work, _facts(form))
                campaign_url = url_for("plans.create_campaign", product=product.id)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash_next(gettext("The product is saved."), gettext("Begin a campaign with it"), campaign_url)
            return redirect(url_for(".brands"))
    return render_template("people/product.html", form=form, product=None), 422 if form.errors else 200


@pages.route("/products/<int:product_id>", methods=["GET", "POST"])
def edit_product(product_id: int) -> ResponseReturnValue:
    """Change what is said of a product."""
    with looking() as reading:
        product = finding.get_product(reading, product_id)
    form = ProductForm(obj=product, brands=[(product.brand_id, product.brand.name)])
    if form.validate_on_submit():
        try:
            with begin() as work:
                branding.edit_product(work, product_id, _facts(form))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The product is saved."), "success")
            return redirect(url_for(".brands"))
    return render_template("people/product.html", form=form, product=product), 422 if form.errors else 200


def _facts(form: ProductForm) -> branding.ProductFacts:
    return branding.ProductFacts(
        brand_id=form.brand_id.data,
        name=form.name.data or "",
        category=form.category.data,
        registration_number=form.registration_number.data or "",
        halal_number=form.halal_number.data or "",
        allowed_claims=form.allowed_claims.data or "",
        banned_claims=form.banned_claims.data or "",
    )
