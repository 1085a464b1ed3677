"""Addresses typed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_registers import As
from views.addresses import address_of


@pytest.mark.parametrize("path", ["/processing-template/{0}/use/", "/user-account/{0}/password/"])
def test_a_number_no_database_holds_is_not_found(path: str, as_: As) -> None:
    browser = as_("kari" if "template" in path else "sol")

    assert browser.post(path.format(10**30)).status_code == 404


@pytest.mark.parametrize("year", ["2017", "2101", "abc"])
def test_a_year_without_figures_is_refused_with_the_years_there_are(year: str, as_: As) -> None:
    browser = as_("per")

    answers = [browser.get(f"/reports/fakturagrunnlag/{door}?year={year}") for door in ("download/", "")]

    assert [one.status_code for one in answers] == [400, 400]
    assert ["Skriv et år fra 2018 til 2100" in one.text for one in answers] == [True, True]


def test_a_missing_file_is_not_kept_by_the_browser(as_: As) -> None:
    answer = as_("kari").get("/static/finnes-ikke.css")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_an_address_is_built_once_for_each_place_the_site_is_served_from(app: Any) -> None:
    def built(root: str) -> str:
        with app.app_context(), app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            return address_of("search.index")

    assert [built(root) for root in ("", "/orden", "", "/orden")] == ["/search/", "/orden/search/"] * 2
