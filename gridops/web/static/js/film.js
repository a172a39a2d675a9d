// What a short film is, how large the server takes it, and how it is shown before it is sent.
export const LARGEST_FILM = 30 * 1024 * 1024; // said now, not when everything has travelled

export const isFilm = (blob) => blob.type.startsWith("video/");

export function preview(blob, address, name = "") {
  if (!isFilm(blob)) return Object.assign(document.createElement("img"), { src: address, alt: name });
  const film = Object.assign(document.createElement("video"), { src: `${address}#t=0.1`, muted: true, playsInline: true, preload: "metadata" });
  if (name) film.setAttribute("aria-label", name);
  return film;
}
