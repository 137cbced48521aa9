//! Published trials, from YAML to the stored result, against independent recomputations.

mod opt_time;
mod pharmacosmoking;
mod recurrent;
mod time_to_event;
mod veteran;
