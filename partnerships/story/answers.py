"""What invented creators say: plausible, mixed, and never praise for its own sake."""

from collections.abc import Collection, Mapping

from partnerships.plans.rules.templates import NO, YES, CheckInSpec, Meaning, Question, QuestionKind

WORDS: Mapping[str, str] = {
    "minus": "Teksturnya agak lengket kalau dipakai siang hari, jadi aku pindah ke malam saja.",
    "followers_ask": "Paling sering ditanya aman tidak untuk kulit sensitif, dan berapa lama sampai terasa.",
    "own_money_why": "Cocok di kulitku, tapi aku tunggu promo karena harganya lumayan.",
    "still_using_why": "Sudah jadi kebiasaan malam, dan sisanya masih seperempat botol.",
    "reaction_detail": "Pipi kanan terasa panas dan memerah sejak tadi malam.",
}
CAPTIONS: Mapping[str, str] = {
    "first-impression": "#iklan Hari ketujuh pakai serum ini. Baru kesan pertama: wanginya lembut, belum bisa cerita "
    "hasil apa-apa. Agak lengket kalau siang.",
    "two-weeks-in": "#iklan Dua minggu, dipakai 12 dari 14 malam. Yang kusuka: cepat meresap. Minusnya: botolnya susah "
    "ditakar, sering kebanyakan.",
    "six-weeks-in": "#iklan Enam minggu rutin. Rutinitasku apa adanya: cuci muka, serum, pelembap. Tekstur kulit "
    "terasa lebih halus di aku, bekas lama tidak berubah.",
    "honest-review": "#iklan Tiga bulan, satu setengah botol. Yang berubah, yang tidak, dan buat siapa menurutku ini "
    "tidak cocok. Produk dan honor dari brand, pendapatnya punyaku.",
}


def answers_to(check_in: CheckInSpec, worries: Collection[Meaning] = ()) -> dict[str, str]:
    """Return form values for every question that is asked; photos are taken elsewhere.

    `worries` are the meanings that get a yes which a person should look at.
    """
    given: dict[str, str] = {}
    for question in check_in.questions:
        condition = question.condition
        if condition is not None and given.get(condition.question) != condition.equals:
            continue
        value = _answer(question, worries)
        if value is not None:
            given[question.key] = value
    return given


def _answer(question: Question, worries: Collection[Meaning]) -> str | None:
    """Return what is typed or chosen; None for a photo."""
    match question.kind:
        case QuestionKind.YES_NO:
            return YES if question.meaning in {Meaning.KEEP_GOING, *worries} else NO
        case QuestionKind.TEXT:
            return WORDS.get(question.key, "Sejauh ini biasa saja, belum ada yang istimewa.")
        case QuestionKind.ATTESTATION:
            return question.options[1].key  # most days, not every one
        case QuestionKind.CHOICE:
            return question.options[0].key
    return str(question.maximum - 1) if question.maximum else None
