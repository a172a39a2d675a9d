// "Where I am now" of pages that answer for a spot: goes to the same page with the phone's position.
const form = document.querySelector("[data-self]");
const note = form.querySelector("[data-spot]");
const say = (text) => Object.assign(note, { hidden: false, textContent: text });
const button = form.querySelector("[data-gps-go]");
if (!navigator.geolocation) button.hidden = true;
button.addEventListener("click", () => {
  say(form.dataset.searching);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const asked = new URLSearchParams({ lng: coords.longitude.toFixed(6), lat: coords.latitude.toFixed(6), crs: "wgs84" });
      const category = form.querySelector("[name=category]")?.value;
      if (category) asked.set("category", category);
      location.assign(`${form.dataset.self}?${asked}`);
    },
    () => say(form.dataset.denied),
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
  );
});
