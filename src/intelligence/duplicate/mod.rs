//! Which customers are probably the same: Fellegi-Sunter record linkage.
