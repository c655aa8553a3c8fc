// The phone's own log of acts: appended to, and cleared of an act only when the server has given its receipt.

const NAME = "visita";
let opening = null;

function openLog() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const acts = request.result.createObjectStore("acts", { keyPath: "id" });
      acts.createIndex("sequence", "sequence");
      request.result.createObjectStore("parked", { keyPath: "id" });
      request.result.createObjectStore("photos", { keyPath: "id" });
      request.result.createObjectStore("numbers");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// Runs `work(stores)` in one transaction and resolves with its result once everything is on disk.
async function inLog(names, mode, work) {
  const log = await openLog();
  return new Promise((resolve, reject) => {
    const transaction = log.transaction(names, mode, { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result?.result ?? result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
    result = work(...names.map((name) => transaction.objectStore(name)));
  });
}

export async function appendAct(kind, data, photo = null) {
  const act = { id: crypto.randomUUID(), kind, data, device_time: new Date().toISOString() };
  const names = photo ? ["acts", "numbers", "photos"] : ["acts", "numbers"];
  await inLog(names, "readwrite", (acts, numbers, photos) => {
    const last = numbers.get("sequence");
    last.onsuccess = () => {
      act.sequence = (last.result ?? 0) + 1;
      numbers.put(act.sequence, "sequence");
      acts.put(act);
      if (photo) photos.put(photo);
    };
  });
  return act;
}

export function pendingActs() {
  return inLog(["acts"], "readonly", (acts) => acts.index("sequence").getAll());
}

export function parkedActs() {
  return inLog(["parked"], "readonly", (parked) => parked.getAll());
}

export function pendingPhotos() {
  return inLog(["photos"], "readonly", (photos) => photos.getAll());
}

// A refused act is parked with the reason, so that nobody believes it was done.
export function settleActs(acts, receipts) {
  const byId = new Map(acts.map((act) => [act.id, act]));
  return inLog(["acts", "parked"], "readwrite", (pending, parked) => {
    for (const receipt of receipts) {
      const answer = receipt.status === "duplicate" ? receipt.first : receipt.status;
      const act = byId.get(receipt.id);
      if (!act) continue;
      if (answer !== "applied") parked.put({ ...act, answer, reason: receipt.reason });
      pending.delete(act.id);
    }
  });
}

export function forgetParked() {
  return inLog(["parked"], "readwrite", (parked) => void parked.clear());
}

// A photo that the server will never take is kept beside the refused acts, with the reason.
export function parkPhoto(photo, reason) {
  return inLog(["photos", "parked"], "readwrite", (photos, parked) => {
    parked.put({ ...photo, kind: "photo", answer: "rejected", reason });
    photos.delete(photo.id);
  });
}

// Kept with the photo: each page begins anew, and so would a count of its own.
export async function countTry(photo) {
  const tries = (photo.tries ?? 0) + 1;
  await inLog(["photos"], "readwrite", (photos) => void photos.put({ ...photo, tries }));
  return tries;
}

export function forgetPhoto(id) {
  return inLog(["photos"], "readwrite", (photos) => void photos.delete(id));
}

// The log, the pages kept for times without a connection, and the worker that keeps them.
export async function forgetEverything() {
  await wipeLog();
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}

async function wipeLog() {
  if (opening) (await opening).close();
  opening = null;
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}
