// What every page of residents may use; each page works without it.
for (const part of document.querySelectorAll(".script-only")) part.hidden = false;

// A second press of the button sends nothing twice. (The server would not be fooled either.)
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent || form.querySelector('[data-state="busy"]')) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter ?? form.querySelector("button[type=submit]:not([name])");
    button.setAttribute("aria-disabled", "true");
    if (form.dataset.busy) button.textContent = form.dataset.busy;
  });
}

// Back from the next page: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Whoever logs out leaves nothing half written on this device.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.getAttribute("action") !== "/logout") return;
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("gridops-draft:")) localStorage.removeItem(name);
    indexedDB.deleteDatabase("gridops-drafts");
  } catch {
    // nothing is kept in this browser
  }
});

(document.getElementById("errors") ?? document.querySelector("[data-focus]"))?.focus();

// On a phone the sections run out of the screen: the one that is open is shown.
const section = document.querySelector("nav.trade [aria-current]");
if (section) section.closest("ul").scrollLeft = section.offsetLeft - section.closest("ul").offsetLeft - 16;

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) button.hidden = true;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

// Ticking all of a list, or none.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const each = [...all.form.elements].filter((box) => box.name === all.dataset.tickAll && box.type === "checkbox");
  all.addEventListener("change", () => each.forEach((box) => (box.checked = all.checked)));
}

// Nobody who stays anonymous is asked for a name.
const contact = document.querySelector("[data-contact]");
if (contact) {
  const follow = () => contact.classList.toggle("off", document.querySelector("[name=visibility]:checked")?.value === "anonymous");
  for (const radio of document.querySelectorAll("[name=visibility]")) radio.addEventListener("change", follow);
  follow();
}
