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


def test_by_keys_alone_one_comes_from_the_top_of_the_page_to_a_node_to_its_page_and_back(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/map/")
    for _tab in range(120):
        page.keyboard.press("Tab")
        if focused(page).startswith("Tjeneste: "):
            break
    name = focused(page).partition(": ")[2].partition(". ")[0]
    assert name

    with page.expect_navigation():
        page.keyboard.press("Enter")
    panel = page.locator(".map-picked")
    expect(panel).to_contain_text(name)
    expect(panel.locator("dt").first).not_to_be_empty()
    for _tab in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Åpne siden":
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    page.go_back()
    expect(panel).to_contain_text(name)


PINCH = """(ends) => {
    const map = document.querySelector("[data-map]"), { x, y } = map.getBoundingClientRect();
    for (const far of ends) {
        const at = (dx, identifier) => new Touch({ identifier, target: map, clientX: x + 40 + dx, clientY: y + 90 });
        const touches = [at(0, 0), at(far, 1)];
        map.dispatchEvent(new TouchEvent("touchmove", { touches, bubbles: true, cancelable: true }));
    }
}"""


def test_the_map_grows_by_wheel_fingers_and_keys_where_it_is_pointed_at_and_the_wheel_alone_scrolls_the_page(
    windows: Windows,
) -> None:
    page = windows.page(KARI)
    page.goto("/map/")

    def wide() -> float:
        return float(page.locator(".map").evaluate("one => one.getBoundingClientRect().width"))

    node = page.locator("a.map-node").nth(30)
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    first = wide()
    page.mouse.move(*at)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    grown = node.bounding_box()
    assert grown
    assert wide() > 1.3 * first
    assert grown["x"] <= at[0] <= grown["x"] + grown["width"]
    assert grown["y"] <= at[1] <= grown["y"] + grown["height"]
    assert page.evaluate("window.devicePixelRatio") == 1

    by_wheel = wide()
    page.evaluate(PINCH, [100, 80, 60])
    assert abs(wide() / by_wheel - 0.6) < 0.02
    page.locator("[data-map]").focus()
    by_fingers = wide()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("-")
    assert abs(wide() / by_fingers - 1.25) < 0.02
    expect(page.locator(".map-zoom span.button").first).to_contain_text("%")

    before = wide()
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(500, 300)
    page.mouse.wheel(0, 3000)
    page.mouse.wheel(0, 3000)
    page.wait_for_function("scrollY > 0")
    assert wide() == before


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
