//! MongoDB session store.
