//! Published trials, from their study folders to the stored results, against R, SAS and Python.

mod anorexia;
mod indo_rct;
mod ist;
mod licorice_gargle;
mod licorice_gargle_pain;
mod opt;
mod polyps;
mod rank_support;
mod two_arms;
//! Published trials, from YAML to the stored result, against independent recomputations.

mod opt_time;
mod pharmacosmoking;
mod recurrent;
mod time_to_event;
mod veteran;
//! Published trials, from their study folders to the stored results, against R.

mod anorexia_multiplicity;
mod build_trial;
mod indo_rct_margin;
