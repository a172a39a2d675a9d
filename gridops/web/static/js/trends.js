// The picture of the server gives way to one that tells its numbers, as soon as it is looked at and where the library is there.
// The table beside it says the same, so a reader without pictures misses nothing.
const drawn = JSON.parse(document.getElementById("drawn").textContent);
const library = document.getElementById("draws").dataset.library;
let loading;

function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = library;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

function option(series, type) {
  const ink = colour("--ink-soft");
  return {
    animation: !still,
    color: [colour("--sun"), colour("--pine"), "#7a5195", "#2f7ebc", "#bc5090", "#5b6b2f"],
    grid: { left: 40, right: 16, top: 36, bottom: 28 },
    legend: { top: 0, type: "scroll", textStyle: { color: ink } },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: drawn.labels, axisLabel: { color: ink } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: colour("--line") } } },
    series: series.map((line) => ({ name: line.name, type, data: line.counts })),
  };
}

async function draw(place) {
  const key = place.dataset.drawn;
  let echarts;
  try {
    echarts = await load();
  } catch {
    return; // the picture that came with the page stays
  }
  const canvas = document.createElement("div");
  canvas.className = "chart";
  canvas.setAttribute("aria-hidden", "true");
  place.replaceChildren(canvas);
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(option(drawn[key], key === "whole" ? "bar" : "line"));
  addEventListener("resize", () => chart.resize());
}

// The latest is looked for first, and on a phone it stands beyond the edge.
for (const table of document.querySelectorAll("table.trend")) table.parentElement.scrollLeft = table.parentElement.scrollWidth;

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target);
  }
});
for (const place of document.querySelectorAll("[data-drawn]")) seen.observe(place);
