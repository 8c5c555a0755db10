"use strict";
// Shows one picture, whole, in the upper left corner, and tells its size.

const WIDTH = 1200, HEIGHT = 800;
const SMALL = 200, LARGEST_FACTOR = 8; // An icon is easier to see when its pixels are large.

function factorFor(width, height) {
  const fitted = Math.min(WIDTH / width, HEIGHT / height);
  if (fitted < 1) return fitted;
  if (Math.max(width, height) > SMALL) return 1;
  return Math.max(1, Math.min(LARGEST_FACTOR, Math.floor(fitted)));
}

function isClear(image) {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, 64, 64);
  return context.getImageData(0, 0, 64, 64).data.some((value, at) => at % 4 === 3 && value < 255);
}

async function show() {
  const image = new Image();
  image.src = "file";
  await image.decode();
  const width = image.naturalWidth, height = image.naturalHeight;
  const factor = factorFor(width, height);
  image.width = Math.max(1, Math.round(width * factor));
  image.height = Math.max(1, Math.round(height * factor));
  const clear = isClear(image);
  if (clear) image.className = "clear";
  if (factor > 1) image.className += " magnified";
  document.body.append(image);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return { width, height, shown_width: image.width, shown_height: image.height, clear };
}

const outcome = show().catch((error) => ({ problem: String(error) }));
