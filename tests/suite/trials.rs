//! Published trials, from their study folders to the stored results, against R, SAS and Python.

mod anorexia;
mod anorexia_multiplicity;
mod build_trial;
mod cdiscpilot_labs;
mod coverage;
mod indo_rct;
mod indo_rct_margin;
mod ist;
mod ist_heparin;
mod licorice_gargle;
mod licorice_gargle_pain;
mod mmrm_fev;
mod mmrm_fev_imputed;
mod numbers;
mod opt;
mod opt_time;
mod pharmacosmoking;
mod polyps;
mod recomputed;
mod recurrent;
mod responses;
mod sas_reference;
mod survival;
mod veteran;
