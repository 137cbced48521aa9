# Shifts of clinical chemistry from baseline and the tests within the categories at baseline, by base R alone.
# Rscript program.R adlbc.csv > expected.csv, where adlbc.csv is the sheet ADLBC of the workbook.
data <- read.csv(commandArgs(TRUE)[1])
data <- subset(data, ANL01FL == "Y" & AVISITN != 99 & SAFFL == "Y")
arms <- c("Placebo" = "placebo", "Xanomeline Low Dose" = "low", "Xanomeline High Dose" = "high")
put <- function(key, value) cat(sprintf("\"%s\",%.15g\n", key, value))
cat("key,value\n")
for (parameter in c("ALP", "AST", "CK", "GGT")) {
  one <- subset(data, PARAMCD == parameter)
  levels <- c("L", "N", "H")
  arm <- factor(arms[one$TRTP], levels = arms)
  from <- factor(one$BNRIND, levels = levels)
  to <- factor(one$ANRIND, levels = levels)
  counts <- table(arm, from, to)
  for (a in arms) {
    put(sprintf("shift:n[arm=%s,parameter=%s]", a, parameter), sum(arm == a))
    for (f in levels) for (t in levels) {
      put(sprintf("shift:n[arm=%s,from=%s,parameter=%s,to=%s]", a, f, parameter, t), counts[a, f, t])
    }
    put(sprintf("shift:n[arm=%s,from=missing,parameter=%s]", a, parameter), sum(arm == a & is.na(from)))
  }
  strata <- aperm(table(arm, to, from), c(1, 2, 3))
  # Strata and categories that are empty say nothing, and break mantelhaen.test.
  strata <- strata[, apply(strata, 2, sum) > 0, apply(strata, 3, sum) > 1, drop = FALSE]
  put(sprintf("shift:p[parameter=%s]", parameter), mantelhaen.test(strata)$p.value)
}
