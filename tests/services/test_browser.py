import pytest

from tests.services.browser import running_browser


@pytest.mark.browser
def test_a_page_is_drawn_and_its_script_runs() -> None:
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.set_content("<p id=said></p><script>said.textContent = innerWidth</script>")

        assert page.text_content("#said") == "390"
