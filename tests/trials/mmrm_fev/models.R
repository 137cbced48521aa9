# Repeated measures of the simulated lung function data by other programs: compound symmetry is a random intercept
# (lme4; Satterthwaite by lmerTest, Kenward-Roger with the expected information by pbkrtest), unstructured by nlme.
# Rscript models.R fev_data.csv > models.csv
suppressPackageStartupMessages({ library(lmerTest); library(emmeans); library(nlme) })
data <- read.csv(commandArgs(TRUE)[1])
data <- data[!is.na(data$FEV1), ]
data$visit <- as.integer(sub("VIS", "", data$AVISIT))
data$ARMCD <- factor(data$ARMCD, levels = c("PBO", "TRT"))
for (name in c("RACE", "SEX", "AVISIT", "USUBJID")) data[[name]] <- factor(data[[name]])
put <- function(key, value, tolerance) cat(sprintf("\"%s\",%.12g,%s\n", key, value, tolerance))
cat("key,value,tolerance\n")
report <- function(id, grid, tolerance, df_tolerance = NULL) {
  means <- as.data.frame(summary(grid, infer = c(TRUE, TRUE)))
  for (i in seq_len(nrow(means))) {
    where <- sprintf("[arm=%s,visit=%s]", tolower(means$ARMCD[i]), tolower(means$AVISIT[i]))
    put(paste0(id, ":lsmean", where), means$emmean[i], tolerance)
    put(paste0(id, ":lsmean_se", where), means$SE[i], tolerance)
    if (!is.null(df_tolerance)) {
      put(paste0(id, ":df", where), means$df[i], df_tolerance)
      put(paste0(id, ":lsmean_lower", where), means$lower.CL[i], tolerance)
    }
  }
  pairs <- as.data.frame(summary(contrast(grid, "revpairwise", by = "AVISIT"), infer = c(TRUE, TRUE)))
  for (i in seq_len(nrow(pairs))) {
    where <- sprintf("[arm=trt/pbo,visit=%s]", tolower(pairs$AVISIT[i]))
    put(paste0(id, ":diff", where), pairs$estimate[i], tolerance)
    put(paste0(id, ":diff_se", where), pairs$SE[i], tolerance)
    if (!is.null(df_tolerance)) {
      put(paste0(id, ":df", where), pairs$df[i], df_tolerance)
      put(paste0(id, ":diff_lower", where), pairs$lower.CL[i], tolerance)
      put(paste0(id, ":diff_upper", where), pairs$upper.CL[i], tolerance)
      put(paste0(id, ":p", where), pairs$p.value[i], "1e-5")
    }
  }
}
intercept <- lmer(FEV1 ~ RACE + SEX + ARMCD * AVISIT + (1 | USUBJID), data,
                  control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e6)))
options(digits = 12)
message("random intercept: variance ", VarCorr(intercept)$USUBJID[1], ", singular ", isSingular(intercept))
report("fev_cs_satterthwaite", emmeans(intercept, ~ ARMCD | AVISIT, lmer.df = "satterthwaite"), "1e-6", "1e-5")
report("fev_cs_kr_expected", emmeans(intercept, ~ ARMCD | AVISIT, lmer.df = "kenward-roger"), "1e-6", "1e-5")
put("fev_cs_satterthwaite:minus_two_log_likelihood", -2 * as.numeric(logLik(intercept)), "1e-8")
# The search of nlme ends at 1e-5 of the standard errors.
un <- gls(FEV1 ~ RACE + SEX + ARMCD * AVISIT + FEV1_BL * AVISIT, data,
          correlation = corSymm(form = ~ visit | USUBJID), weights = varIdent(form = ~ 1 | AVISIT),
          control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500))
report("fev_satterthwaite", emmeans(un, ~ ARMCD | AVISIT, mode = "df.error"), "2e-5")
put("fev_satterthwaite:minus_two_log_likelihood", -2 * as.numeric(logLik(un)), "1e-8")
