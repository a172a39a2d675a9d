// The worker's page: what it shows works without this; with it, what is done waits on the phone for a signal.
import { askBefore, listen } from "./tray.js";
import { follow } from "./follow.js";
import { install, keepPictures, largeText, staleness } from "./device.js";
import { watchDeeds } from "./deeds.js";
import { watchDrafts } from "./drafts.js";
import { watchPatrol } from "./patrol.js";
import { watchSnaps } from "./snaps.js";

const root = document.getElementById("today");
document.documentElement.classList.add("scripted");
root.words = JSON.parse(root.dataset.words);

watchSnaps(root, root.words);
watchDeeds(root);
watchPatrol(root);
watchDrafts(root);
largeText(root);
staleness(root);
askBefore(root);
listen(root);
follow(root);
install(root).then(() => keepPictures(root));
