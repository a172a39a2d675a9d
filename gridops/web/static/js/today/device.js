// What belongs to this phone: size of text, installing, the pictures that are kept, and how old the page is.
const PAGES = "gridops-today";
const OLD = 60_000;

const ask = () => fetch("/today", { redirect: "manual" }).catch(() => null);

export async function install(root) {
  if (!isSecureContext || !navigator.serviceWorker) {
    root.querySelector("[data-insecure]").hidden = false;
    return;
  }
  const made = await navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" }).catch(() => null);
  if (made) await keepPage();
}

// The first time the page comes before its worker: it is kept all the same, for the next stairwell may be the first one.
async function keepPage() {
  await navigator.serviceWorker.ready;
  const pages = await caches.open(PAGES);
  if (await pages.match("/today")) return;
  const found = await ask();
  if (!navigator.serviceWorker.controller) return found?.ok && pages.put("/today", found);
  // The worker took over, perhaps while the answer was on its way past it: asked through it, it keeps the page, and knows of a log-out meanwhile.
  if (!(await pages.match("/today"))) await ask();
}

// Without a signal the pictures are what a ticket is about. Those of tickets that are gone go, too.
export async function keepPictures(root) {
  if (!self.caches || !navigator.serviceWorker) return;
  const pages = await caches.open(PAGES);
  const wanted = new Set([...root.querySelectorAll("[data-work] .photos img")].map((picture) => picture.src));
  for (const { url } of await pages.keys()) if (url.includes("/api/v1/photos/") && !wanted.delete(url)) await pages.delete(url);
  for (const url of wanted) await pages.add(url).catch(() => null);
}

export function largeText(root) {
  const button = root.querySelector("[data-large]");
  const show = (on) => {
    document.documentElement.classList.toggle("large-text", on);
    button.setAttribute("aria-pressed", String(on));
  };
  show(document.cookie.includes("text=large")); // a kept page may be older than the choice
  const choose = (event) => {
    event.preventDefault();
    const on = button.getAttribute("aria-pressed") !== "true";
    document.cookie = `text=${on ? "large" : "usual"}; path=/; SameSite=Lax; max-age=31536000`;
    show(on);
  };
  button.addEventListener("click", choose);
  button.addEventListener("keydown", (event) => event.key === " " && choose(event));
}

export function isOld(root) {
  return Date.now() - Date.parse(root.dataset.made) > OLD;
}

// Says so where the page was kept and not made now; what was said once is not said again from a kept page.
export function staleness(root) {
  const old = isOld(root);
  if (old) document.querySelectorAll("main > .notice").forEach((notice) => notice.remove());
}
