//! Broken.
use crate::small_study::SmallStudy;
#[test]
fn good() { let s = SmallStudy::new(); 
 let r = s.root().to_owned(); let o = s.run(&["build", "small", "--timings"]); println!("{} {}", String::from_utf8_lossy(&o.stdout), String::from_utf8_lossy(&o.stderr)); 
 println!("{:?} {r:?}", o.status); std::mem::forget(s); }
