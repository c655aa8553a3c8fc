// The phone is no longer paired: everything it held goes.

import { wipeLog } from "./log.js";

await wipeLog();
for (const name of await caches.keys()) await caches.delete(name);
for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
