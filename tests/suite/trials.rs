//! Published trials, from their study folders to the stored results, against R, SAS and Python.

mod anorexia;
mod anorexia_multiplicity;
mod build_trial;
mod cdiscpilot_labs;
mod indo_rct;
mod indo_rct_margin;
mod ist;
mod licorice_gargle;
mod licorice_gargle_pain;
mod mmrm_fev;
mod mmrm_fev_imputed;
mod opt;
mod opt_time;
mod pharmacosmoking;
mod polyps;
mod rank_support;
mod recurrent;
mod sas_reference;
mod time_to_event;
mod two_arms;
mod veteran;
