"""Sign in and out, a new password, and the very first page of all."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.errors import NotFound, NotSignedIn, Refused
from partnerships.core.words import N_
from partnerships.people import authenticating, finding, recognising, recovering, settling
from partnerships.people.forms import ForgottenForm, NewPasswordForm, SignInForm, StartForm
from partnerships.people.tables import Account
from partnerships.web.context import begin, current_actor, find_actor, transactions
from partnerships.web.urls import safe_next

from .blueprint import pages

TRIES_PER_ACCOUNT = "10 per 5 minutes"
TRIES_PER_NETWORK = "100 per 5 minutes"
MAILS_PER_NETWORK = "10 per 5 minutes"
DEMO_ROLES = (
    ("manager", N_("As manager")),
    ("reviewer", N_("As reviewer")),
    ("owner", N_("As owner")),
    ("creator", N_("As creator")),
)


@pages.app_errorhandler(NotSignedIn)
def show_the_door(_error: NotSignedIn) -> ResponseReturnValue:
    """Send a visitor to the sign-in page, and back afterwards to what they wanted to see."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    door = url_for("people.sign_in", next=safe_next(wanted, "/") if wanted not in {None, "/"} else None)
    if "HX-Request" in request.headers:  # htmx follows a redirect inside the fragment it asked for
        return "", 401, {"HX-Redirect": door}
    return redirect(door)


@pages.route("/sign-in", methods=["GET", "POST"])
@authenticating.limiter.limit(
    TRIES_PER_ACCOUNT,
    key_func=authenticating.asking_account,
    methods=["POST"],
    deduct_when=lambda answer: answer.status_code == 422,
)
@authenticating.limiter.limit(TRIES_PER_NETWORK, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for address and password; the answer is the same for a wrong one of either."""
    onwards = safe_next(request.args.get("next"), "/")
    if request.method == "GET":
        with transactions().everywhere() as everywhere:
            if not finding.is_settled(everywhere):
                return redirect(url_for(".start"))
        if find_actor() is not None:
            return redirect(onwards)
    form = SignInForm()
    if form.validate_on_submit():
        if authenticating.sign_in(form.email.data or "", form.password.data or ""):
            return redirect(onwards)
        form.refuse(Refused(N_("This address and password do not belong together. Please try again.")))
    demo_roles = DEMO_ROLES if "demo.sign_in" in current_app.view_functions else ()
    return _answer("people/sign_in.html", form, demo_roles=demo_roles)


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Forget who this was."""
    authenticating.leave()
    return redirect(url_for(".sign_in"))


@pages.route("/forgotten-password", methods=["GET", "POST"])
@authenticating.limiter.limit(MAILS_PER_NETWORK, methods=["POST"])
def forgotten() -> ResponseReturnValue:
    """Mail a link for a new password; the page says the same whether the address is known or not."""
    form = ForgottenForm()
    if form.validate_on_submit():
        with transactions().everywhere() as everywhere:
            member = recognising.recognise_address(everywhere, form.email.data or "")
        if member is not None:
            with transactions().begin(member.as_actor()) as work:
                recovering.offer_new_password(work)
        flash(gettext("If we know this address, a mail with a link is on its way."), "success")
        return redirect(url_for(".sign_in"))
    return _answer("people/forgotten.html", form)


def new_password(account_id: int) -> ResponseReturnValue:
    """Let whoever holds the mailed link choose a password; the link is then used up."""
    if current_actor().account_id != account_id:
        raise NotFound(N_("There is nothing here."))
    form = NewPasswordForm()
    if form.validate_on_submit():
        password_hash = authenticating.hashed(form.password.data or "")
        authenticating.take_back_links(account_id)
        with begin() as work:
            recovering.choose_password(work, password_hash)
        authenticating.leave()
        flash(gettext("Your new password is set. Please sign in with it."), "success")
        return redirect(url_for("people.sign_in"))
    return _answer("people/new_password.html", form)


@pages.route("/start", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """Found the first organisation. As soon as there is one, this page does not exist."""
    with transactions().everywhere() as everywhere:
        if finding.is_settled(everywhere):
            raise NotFound(N_("There is nothing here."))
    form = StartForm()
    if form.validate_on_submit():
        try:
            authenticating.enter(_found(form))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Welcome. Begin with your brand and its product."), "success")
            return redirect(url_for(".brands"))
    return _answer("people/start.html", form)


def _found(form: StartForm) -> Account:
    """Found the organisation of `form`, unless somebody else has been faster."""
    password_hash = authenticating.hashed(form.password.data or "")
    with transactions().sweeping() as sweep:
        if finding.is_settled(sweep.session):
            raise NotFound(N_("There is nothing here."))
        owner = settling.found_organisation(
            sweep,
            name=form.organisation.data or "",
            owner_name=form.name.data or "",
            owner_email=form.email.data or "",
            password_hash=password_hash,
            zone=form.zone.data or "",
        )
    return owner.account


def _answer(template: str, form: SignInForm | ForgottenForm | NewPasswordForm, **more: object) -> ResponseReturnValue:
    return render_template(template, form=form, **more), 422 if form.errors else 200
