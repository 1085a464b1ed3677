// The search box of the header: what the page of hits will show, while one types. Enter without a choice opens that page.
class FindBox extends Combobox {
  async ask(query) {
    if (query.length < 2) return null;
    const url = new URL(this.input.form.action);
    url.searchParams.set("q", query);
    const answer = await fetch(url);
    if (!answer.ok || answer.redirected) return null; // signed out meanwhile: the page itself tells
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...page.querySelectorAll(".hits")].flatMap((section) => this.hits(section));
  }

  hits(section) {
    const title = section.querySelector("h2").firstChild.textContent.trim();
    return [...section.querySelectorAll("li a")].slice(0, FindBox.EACH).map((link) => [link.getAttribute("href"), link, title]);
  }

  show(options) {
    super.show(options.slice(0, FindBox.MOST).map(([url, link, title]) => [url, `${link.textContent}, ${title}`, link, title]));
    this.options.forEach(([, , link, title], at) => {
      const [name, told] = ["hit", "muted"].map((kind) => Object.assign(document.createElement("span"), { className: kind }));
      name.append(...[...link.childNodes].map((one) => one.cloneNode(true)));
      told.textContent = title;
      this.list.children[at].replaceChildren(name, told);
    });
  }

  choose([url]) { location.assign(url); }

  leave() { this.close(""); }

  say(message) { super.say(message); } // heard, not seen: there is no room below the box
}
FindBox.EACH = 3; // of each register
FindBox.MOST = 12;
const headerBox = document.querySelector("#find");
if (headerBox) new FindBox(headerBox);
