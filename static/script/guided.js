// One step at a time: an address that points at a field opens the step it stands in.
const awayPart = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest(".form-part.away");
if (awayPart && !document.querySelector("form[data-unsaved]")) {
  const there = new URL(location.href);
  there.searchParams.set("step", awayPart.id);
  there.searchParams.delete("to");
  location.replace(there);
}
