// A signature drawn with a finger. Left empty, the typed name alone signs.

export function preparePad(form) {
  const pad = form.querySelector("[data-pad]");
  if (!pad || pad.dataset.ready) return;
  pad.dataset.ready = "1";
  pad.hidden = false;
  const canvas = pad.querySelector("canvas");
  const pen = canvas.getContext("2d");
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "black" });
  const image = form.elements.image;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    image.value = canvas.toDataURL("image/png");
  });
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    image.value = "";
  });
}
