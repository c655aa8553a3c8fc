// A photo is declared by an act and kept in the log until the server has it.

import { appendAct } from "./log.js";

const LARGEST_EDGE = 2560;

export async function keepPhoto(file, data) {
  const blob = await shrink(file);
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const id = crypto.randomUUID();
  await appendAct("photo_declared", { ...data, photo: id, sha256 }, { id, blob });
  return { id, blob };
}

// Twelve megapixels over a cellar's mobile signal take minutes; what the report needs is far less.
async function shrink(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LARGEST_EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.85));
}
