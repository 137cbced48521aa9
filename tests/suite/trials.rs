//! Published trials, from their study folders to the stored results, against R, SAS and Python.

mod anorexia;
mod licorice_gargle_pain;
mod polyps;
mod rank_support;
