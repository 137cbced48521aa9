//! Published trials, from their study folders to the stored results, against R.

mod anorexia_multiplicity;
mod build_trial;
mod indo_rct_margin;
