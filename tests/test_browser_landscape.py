"""The map in a real browser: by keys alone, by links alone where there is no script, and every name within its node."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import Windows, press

pytest_plugins = ["tests.support.browser_fixtures"]

KARI = "kari@tinn.example"
OUTSIDE = """() => [...document.querySelectorAll(".map-node")].filter((node) => {
    const box = node.querySelector("rect").getBBox();
    return [...node.querySelectorAll("text")].some((one) => {
        const name = one.getBBox();
        return name.x + name.width > box.x + box.width || name.y < box.y || name.y + name.height > box.y + box.height;
    });
}).map((node) => node.getAttribute("aria-label"))"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))


def test_the_map_is_walked_and_picked_by_keys_and_lights_what_hangs_together(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/map/")
    assert page.locator(".map-node").count() > 100
    assert page.evaluate(OUTSIDE) == []

    page.locator("[data-map]").focus()
    page.keyboard.press("Tab")
    first = focused(page)
    assert first.startswith("Tjeneste: ")
    assert page.locator(".map-edges path.lit").count() > 0
    walked = [first]
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        walked.append(focused(page))
    assert len(set(walked)) >= 4
    name = walked[-1].partition(": ")[2].partition(". ")[0]

    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("#picked")).to_contain_text(name)
    expect(page.locator(".map-node.picked")).to_have_count(1)
    press(page, page.get_by_role("link", name="Åpne siden"))
    expect(page.locator("h1")).to_have_text(name)


def test_without_a_script_the_map_is_arranged_looked_through_and_followed_by_links(windows: Windows) -> None:
    page = windows.page(KARI, java_script_enabled=False)
    page.goto("/map/")
    page.get_by_label("Vis", exact=True).select_option(label="Livsløp")
    page.get_by_label("Samle etter").select_option(label="Leverandør")
    page.get_by_label("Finn i kartet").fill("sak- og arkivbasen")
    press(page, page.get_by_role("button", name="Vis", exact=True))
    expect(page.locator("#legend")).to_have_text("Livsløp")

    press(page, page.locator(".map-hits li a").first)
    expect(page.locator("#picked")).to_contain_text("Sak- og arkivbasen")
    press(page, page.get_by_role("link", name="Rundt den"))
    press(page, page.get_by_role("link", name="3 steg"))

    expect(page.locator("h1")).to_have_text("Rundt Sak- og arkivbasen")
    assert page.locator(".map-steps h3").count() == 3
