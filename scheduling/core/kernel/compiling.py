"""How the search kernel is compiled.

Compiled code is kept on disk beside the source, or in the user's cache where that can't be written. It lets go of the
interpreter's lock, so that threads run side by side. It makes no arrays of its own: numba then needn't count references
to them, which took nine tenths of the time.
"""

from numba import njit

compiled = njit(cache=True, nogil=True, _nrt=False)
inlined = njit(cache=True, nogil=True, _nrt=False, forceinline=True)
