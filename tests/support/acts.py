"""What somebody does on a page before it is looked at (tests/support/pages.py)."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import PASSWORD, press

TONE = "tone@tinn.example"
ATTACHED = (
    ("Legg ved en fil", "file", "databehandleravtale-signert.pdf", "Databehandleravtalen, signert"),
    ("Legg til en lenke", "link", "https://arkiv.tinn.example/sak/2026/117", "Saken i arkivet"),
)


def open_menu(page: Page) -> None:
    """What may be done with the first row of a list."""
    page.locator("[form=more]").first.click()
    expect(page.locator(".ways")).to_be_visible()


def save_empty(page: Page) -> None:
    """A form with errors."""
    press(page, ".save-bar button")
    expect(page.locator("#errors")).to_be_focused()


def save_too_late(page: Page) -> None:
    """Somebody else saves while the form is open."""
    other = page.context.new_page()
    other.goto(page.url)
    for window, words in ((other, "Skrevet først"), (page, "Skrevet etterpå")):
        window.fill("textarea[name=description]", words)
        press(window, ".save-bar button")
    other.close()
    expect(page.locator("table.compare")).to_contain_text("Skrevet først")
    expect(page.locator("table.compare")).to_contain_text("Skrevet etterpå")


def save(page: Page) -> None:
    """A page with a message that something was saved."""
    press(page, ".save-bar button")
    expect(page.locator(".message")).to_be_visible()


def remind(page: Page) -> None:
    """The letter to those who keep Tinn."""
    row = page.locator("tr", has=page.locator("th", has_text="Tinn"))
    row.get_by_role("button").click()
    expect(page.locator("main .text")).to_contain_text("Dette er en påminnelse")


def delete(page: Page) -> None:
    """The page of a row that was just deleted, with the way back."""
    press(page, ".danger-solid")
    press(page, "p.meta a[href$='/deleted/']")
    press(page, "main table a")
    expect(page.get_by_role("button", name="Hent tilbake")).to_be_visible()


def undo(page: Page) -> None:
    """Ask to take back what was just saved."""
    page.fill("textarea[name=description]", "Skrevet ved et uhell")
    press(page, ".save-bar button")
    press(page, "main a[href*='/history/']")
    press(page, ".timeline li:first-child a[href*='/undo/']")
    expect(page.get_by_role("button", name="Angre")).to_be_visible()


def undo_what_changed_again(page: Page) -> None:
    """Ask to take back what somebody has changed again."""
    form = page.url
    for words in ("Skrevet først", "Skrevet etterpå"):
        page.goto(form)
        page.fill("textarea[name=description]", words)
        press(page, ".save-bar button")
    press(page, "main a[href*='/history/']")
    press(page, ".timeline li:nth-child(2) a[href*='/undo/']")


def see_the_event(page: Page) -> None:
    """Something is saved, and seen among what happened."""
    page.fill("textarea[name=description]", "Nye ord")
    press(page, ".save-bar button")
    page.goto("/changes/")
    press(page, ".events li:first-child h2 a")


def delete_and_look(page: Page) -> None:
    """What is deleted in all registers, when something is."""
    press(page, ".danger-solid")
    page.goto("/changes/deleted/")
    expect(page.get_by_role("checkbox").first).to_be_visible()


def advise(page: Page) -> None:
    """A remark, and advice that may be followed or not."""
    for text, advice in (("Stemmer navnet?", False), ("Vurder på nytt om opplysningene trengs.", True)):
        page.fill("#comment-text", text)
        if advice:
            page.check("#comment-kind")
        press(page, "section.comments form:has(#comment-text) button")
        expect(page.locator("section.comments")).to_contain_text(text)


def amend(page: Page) -> None:
    """Of what one has said, one is taken back, one said otherwise, and one about to be."""
    for text in ("Dette ble feil.", "Stemer navnet?"):
        page.fill("#comment-text", text)
        press(page, "section.comments form:has(#comment-text) button")
    page.locator(".comments summary", has_text="Slett").first.click()
    press(page, page.get_by_role("button", name="Slett kommentaren"))
    page.locator(".comments summary", has_text="Endre").first.click()
    page.locator(".comments textarea[id^=said]").first.fill("Stemmer navnet?")
    press(page, page.locator(".comments details[open] button"))
    open_all(page)


def end_session(page: Page) -> None:
    """The cookie still says whose it is, but not of a session that goes on: it was ended from elsewhere."""
    there = page.context.browser.new_context()
    there.add_cookies(page.context.cookies())
    elsewhere = there.new_page()
    elsewhere.goto(page.url)
    elsewhere.evaluate("document.querySelector(\"form[action$='/sign-out/']\").submit()")
    elsewhere.wait_for_url("**/sign-in/")
    there.close()


def send_too_late(page: Page) -> None:
    """A form that is sent after the session has ended."""
    page.fill("#name", "Halvskrevet")
    end_session(page)
    press(page, "form.record-form .save-bar button.primary")
    expect(page.locator("#sign-in #password")).to_be_visible()


def say_what_is_refused(page: Page) -> None:
    """A remark that no text may be: it stands there to be mended."""
    page.fill("#comment-text", "Gjelder Kari Nordmann, 01010012356.\nStemmer dette?")
    press(page, "section.comments form:has(#comment-text) button")
    expect(page.locator("#again")).to_be_visible()


def attach(page: Page) -> None:
    """A file with a title and a link hang on the row, and another file is about to."""
    for way, field, given, title in ATTACHED:
        page.click(f"#attachments summary:has-text('{way}')")
        page.fill(f"#{field}-title", title)
        if field == "file":
            page.set_input_files("#attached-file", {"name": given, "mimeType": "", "buffer": b"%PDF-1.7 innhold"})
        else:
            page.fill("#attached-link", given)
        press(page, f"#attachments form:has(#{field}-title) button")
        expect(page.locator("#attachments .attached")).to_contain_text(title)
    page.click("#attachments summary:has-text('Legg ved en fil')")
    page.locator("#attachments h2").scroll_into_view_if_needed()


def attach_lying(page: Page) -> None:
    """A file that is not what it is called."""
    page.fill("#file-title", "Signert avtale")
    page.set_input_files("#attached-file", {"name": "avtale.pdf", "mimeType": "", "buffer": b"<html>"})
    press(page, "main form button")
    expect(page.locator("#attached-file-error")).to_be_visible()


def see_news(page: Page) -> None:
    """Somebody else changes and speaks of a row that one follows, and a list is followed too."""
    row = page.url
    press(page, page.get_by_role("button", name="Følg", exact=True))
    page.goto("/agreement/")
    press(page, page.get_by_role("button", name="Følg lista"))
    other = page.context.browser.new_page(base_url=row.partition("/processing")[0])  # type: ignore[union-attr]
    other.goto("/sign-in/")
    other.fill("input[name=email]", "lars@tinn.example")
    other.fill("input[name=password]", PASSWORD)
    press(other, "main form button")
    other.goto(row)
    other.fill("#comment-text", "Stemmer dette ennå?")
    press(other, "section.comments form:has(#comment-text) button")
    other.context.close()
    page.goto("/")


def see_what_one_follows(page: Page) -> None:
    see_news(page)
    press(page, ".news-seen a")


def follow_many_lists(page: Page) -> None:
    """More lists than are looked in at once, and a row."""
    row = page.url
    press(page, page.get_by_role("button", name="Følg", exact=True))
    for number in range(12):
        page.goto(f"/application/?status=in_use&user_count.from={number}")
        press(page, page.get_by_role("button", name="Følg lista"))
    page.goto(row.partition("/processing")[0] + "/following/")


def follow_many_and_start(page: Page) -> None:
    follow_many_lists(page)
    page.goto("/")


def save_in_what_is_gone(page: Page) -> None:
    """Somebody else deletes the row while the form is open."""
    other = page.context.new_page()
    other.goto(page.url.replace("/edit/", "/delete/"))
    press(other, ".danger-solid")
    other.close()
    page.fill("textarea[name=description]", "Skrevet etterpå")
    press(page, ".save-bar button")


def open_all(page: Page) -> None:
    """Everything that can be folded out."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def stand_close(page: Page) -> None:
    """Rows close together, as many as there is room for."""
    press(page, "button[value=compact]")


def type_in_the_box(page: Page) -> None:
    """What is found is told under the box."""
    page.locator("#find").press_sequentially("visma")
    expect(page.locator(".find [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def pin_some(page: Page) -> None:
    """Views held fast on the start page and in the menu."""
    for name in ("Mangler eier: På startsiden", "Til revisjon: På startsiden", "Mangler eier: I menyen"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    page.goto("/")


def share_one(page: Page) -> None:
    """A view that everyone in the municipality has, among the views that are put in order."""
    page.click(".views summary")
    page.fill("#view-name", "Kritiske systemer")
    page.select_option("#view-share", "municipality")
    press(page, ".save-view button")
    page.goto("/application/?panel=views")


def make_an_agreement(page: Page) -> None:
    """From the form of an application to the form of an agreement for it."""
    page.fill("input[name=name]", "Nytt fagsystem")
    press(page, "button[name=make][value=agreements]")
    expect(page.locator("input[name=within]")).to_be_attached()


def propose_a_recipient(page: Page) -> None:
    """From the form of an activity to that of a recipient it lacks."""
    page.fill("input[name=name]", "Ny behandling")
    open_all(page)
    press(page, "button[name=make][value=recipients]")
    page.fill("input[name=name]", "Interkommunalt arkiv")


def come_back_with_a_recipient(page: Page) -> None:
    """And back with it chosen."""
    propose_a_recipient(page)
    press(page, ".save-bar button.primary")
    expect(page.locator("form.record-form")).to_contain_text("Interkommunalt arkiv (foreslått)")


def go_by_steps(page: Page) -> None:
    """One step at a time, at the second step."""
    press(page, page.get_by_role("button", name="Ett steg om gangen"))
    page.fill("input[name=name]", "Steg for steg")
    press(page, ".save-bar button[value=next]")
    expect(page.locator(".step-head")).to_contain_text("Steg 2 av")


def ask_for_copy(page: Page) -> None:
    """What may come along in a copy is chosen."""
    page.click("main details.copy > summary")


def tick_five(page: Page) -> None:
    """Five rows are ticked in a list."""
    for number in range(5):
        page.locator("tbody .tick").nth(number).check()


def choose_first_card(page: Page) -> None:
    """A card is chosen, its four questions left for later, and the page of the application opened."""
    press(page, ".product-cards button")
    page.goto(page.url.replace("edit/", "details/"))
    expect(page.locator(".suggested")).to_be_visible()


def change_five(page: Page) -> None:
    """The form of a change of five rows."""
    tick_five(page)
    press(page, ".bulk-bar button[value=change]")
    expect(page.locator(".bulk-form")).to_be_visible()


def look_at_five(page: Page) -> None:
    """How five rows would be."""
    change_five(page)
    page.select_option("select[name=status]", "retired")
    press(page, ".save-bar button")
    expect(page.locator(".bulk-do")).to_be_visible()


def look_at_what_refuses(page: Page) -> None:
    """Rows of which some can be deleted and some not."""
    tick_five(page)
    page.locator("thead .tick").check()
    press(page, ".bulk-bar button[value=delete]")
    expect(page.locator(".bulk-stays")).to_be_visible()


def invite(page: Page) -> None:
    """A link to send."""
    page.fill("#name", "Nora Ny")
    page.fill("#email", "nora@tinn.example")
    page.check("input[value=editor]")
    press(page, page.get_by_role("button", name="Lag lenke"))
    expect(page.locator("#link")).to_be_visible()


def invite_and_look(page: Page) -> None:
    """Those who are invited."""
    invite(page)
    page.goto("/invitations/")
    expect(page.locator(".invited")).to_contain_text("Nora Ny")


def make_an_address(page: Page) -> None:
    """An address for one's calendar."""
    press(page, page.get_by_role("button", name="Lag kalenderadresse"))
    expect(page.locator("#address")).to_be_visible()


def make_an_address_and_go_back(page: Page) -> None:
    """The year of who has one."""
    make_an_address(page)
    page.goto("/year/")
    expect(page.get_by_role("button", name="Trekk tilbake")).to_be_visible()


def come_by_invitation(page: Page) -> None:
    """What the link leads to for who is new."""
    invite(page)
    link = page.input_value("#link")
    page.context.clear_cookies()
    page.goto(link)
    expect(page.locator("#password")).to_be_visible()


def add_somewhere(page: Page) -> None:
    """Where the new row is to be, asked when several municipalities are shown."""
    page.click(".make-in summary")


def guess(page: Page) -> None:
    """Somebody has written the wrong password too often, and support looks at the card."""
    other = page.context.browser.new_context()  # type: ignore[union-attr]
    window = other.new_page()
    for _ in range(6):
        window.goto(page.url.partition("/user-account/")[0] + "/sign-in/")
        window.fill("#email", "ola@tinn.example")
        window.fill("#password", "feil")
        press(window, "#sign-in button.primary")
    other.close()
    page.goto("/user-account/?search=ola")
    press(page, "main tbody a")


def guess_and_start(page: Page) -> None:
    """The start page of who keeps people, when somebody does not come in."""
    guess(page)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Får ikke logget inn")


def open_cell(page: Page) -> None:
    """A cell of a list, open to write in."""
    page.locator("tbody tr").nth(3).locator("td.quick-cell:visible").first.dblclick()
    expect(page.locator(".quick")).to_be_visible()


def refuse_cell(page: Page) -> None:
    """What is written in a cell cannot be."""
    cell = page.locator("tbody tr").nth(2).locator("td.quick-cell:visible").nth(1)
    cell.dblclick()
    page.locator(".quick input[type=text]").fill("9,999,9")
    page.keyboard.press("Enter")
    expect(page.locator(".quick .error")).to_be_visible()


def save_cell_too_late(page: Page) -> None:
    """Somebody else changes the row while its cell is open."""
    open_cell(page)
    other = page.context.new_page()
    other.goto(page.url)
    open_cell(other)
    for window, label in ((other, "Avviklet"), (page, "Planlagt")):
        window.locator(".quick select").select_option(label=label)
        window.locator(".quick .primary").click()
    other.close()
    expect(page.locator(".quick-conflict")).to_contain_text("Avviklet")


def merge_two(page: Page) -> None:
    """Two rows are made one, and the old number is asked for."""
    old = page.locator(".merge-heads .card:last-child a").get_attribute("href")
    press(page, page.get_by_role("button", name="Slå sammen"))
    expect(page.locator(".message")).to_contain_text("slått sammen")
    page.goto(old or "")
    expect(page.locator(".message")).to_contain_text("Du er ført dit")


def merge_and_see_history(page: Page) -> None:
    """The history of a row that another went into."""
    merge_two(page)
    press(page, "main a[href*='/history/']")


def use_template(page: Page) -> None:
    page.locator("tbody th a", has_text="Elevadministrasjon").click()
    page.get_by_role("button", name="Bruk malen i kommunen").click()
    page.locator(".save-bar").wait_for()


def reject_a_proposal(page: Page) -> None:
    """Reject the first proposal of the queue, and go to its page."""
    first = page.locator(".proposals li").first
    there = first.get_by_role("link").first.get_attribute("href")
    first.locator("summary").click()
    first.locator("textarea").fill("Dette er navnet på en tjeneste, ikke på leverandøren.")
    press(page, ".proposals li:first-child details button")
    page.goto(str(there))


def ask_for_a_package(page: Page) -> None:
    """One press, of the record as it is chosen."""
    press(page, "form.packs button")


def have_a_package_made(page: Page) -> None:
    """The same, until the worker has made it, with what it holds shown."""
    ask_for_a_package(page)
    expect(page.locator(".package").first).to_be_visible(timeout=60_000)
    page.locator(".package summary").first.click()
