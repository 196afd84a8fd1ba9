// A pad to draw digits on: it shows the row in the request body, and writes drawings there.

const $ = (selector) => document.querySelector(selector);
const MAX_UNDO = 50;

function startPad(pad) {
  const side = Number(pad.dataset.pad);
  const body = $("[data-body]");
  const context = pad.getContext("2d");
  const size = $("[data-brush]");
  const undo = $("[data-undo-pad]");
  const earlier = [];
  let pixels = new Array(side * side).fill(0);
  let top = 1;

  function show() {
    const image = context.createImageData(side, side);
    pixels.forEach((value, index) => {
      const level = Math.round((255 * value) / top);
      image.data.set([level, level, level, 255], index * 4);
    });
    context.putImageData(image, 0, 0);
    undo.disabled = !earlier.length;
  }

  function read() {
    const row = body.value.trim().split(",").map(Number);
    if (row.length !== pixels.length || !row.every(Number.isFinite)) return;
    pixels = row;
    // Pixels range from 0 to 1 or from 0 to 255, whichever the model was trained on.
    top = Math.max(...row) > 2 ? 255 : 1;
    show();
  }

  function write() {
    body.value = pixels.map((value) => Number(value.toFixed(3))).join(",");
    body.form.elements.content_type.value = "text/csv";
    show();
  }

  function remember() {
    earlier.push([...pixels]);
    if (earlier.length > MAX_UNDO) earlier.shift();
  }

  function paint(event) {
    const box = pad.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top].map((each) => (each / box.width) * side - 0.5);
    // A brush of 2 is a tenth of the width.
    const radius = (side * Number(size.value)) / 36;
    pixels = pixels.map((value, index) => {
      const distance = Math.hypot((index % side) - x, Math.floor(index / side) - y);
      return Math.max(value, top * Math.min(1, Math.max(0, 1.5 - distance / radius)));
    });
    write();
  }

  pad.closest(".padded").hidden = false;
  for (const drawn of document.querySelectorAll(".pictures:has(.picture:only-child)")) drawn.hidden = true;
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    remember();
    paint(event);
  });
  pad.addEventListener("pointermove", (event) => event.buttons && paint(event));
  undo.addEventListener("click", () => {
    pixels = earlier.pop();
    write();
  });
  $("[data-clear-pad]").addEventListener("click", () => {
    remember();
    pixels.fill(0);
    write();
  });
  body.addEventListener("input", read);
  show();
  read();
}

// The form appears once the endpoint serves.
function start() {
  const pad = $("[data-pad]:not([data-started])");
  if (!pad) return;
  pad.dataset.started = "";
  startPad(pad);
}

start();
new MutationObserver(start).observe($("main"), { childList: true });
