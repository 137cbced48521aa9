//! Published trials, from YAML to the stored result, against independent recomputations.

mod indo_rct;
mod ist;
mod licorice_gargle;
mod opt;
mod two_arms;
