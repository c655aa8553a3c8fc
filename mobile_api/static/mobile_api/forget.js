// The phone is no longer paired: everything it held goes.

import { forgetEverything } from "./log.js";

await forgetEverything();
