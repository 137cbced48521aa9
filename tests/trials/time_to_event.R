# Numbers of R for what recomputed.csv does not have: Rscript time_to_event.R DATA_FOLDER TRIALS_FOLDER
# writes expected.csv of veteran, pharmacosmoking and recurrent: key, value, tolerance (relative above 1), source.
suppressMessages({library(survival); library(MASS); library(sandwich); library(cmprsk)})
folders <- commandArgs(trailingOnly = TRUE)
rows <- list()
say <- function(key, value, source, tolerance = 1e-8)
  rows[[length(rows) + 1]] <<- data.frame(key = key, value = trimws(formatC(unname(value), digits = 15, format = "g")),
                                          tolerance = tolerance, source = source)
save <- function(trial) {
  write.csv(do.call(rbind, rows), file.path(folders[2], trial, "expected.csv"), row.names = FALSE)
  rows <<- list()
}
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 50)

v <- read.csv(file.path(folders[1], "veteran", "veteran.csv"))
v$id <- seq_len(nrow(v))
v$arm <- factor(v$trt)
v$cell <- factor(v$celltype, levels = c("squamous", "smallcell", "adeno", "large"))
pair <- "[arm=test/standard]"
cox <- function(id, fit, source) {
  s <- summary(fit)$coefficients
  se <- if ("robust se" %in% colnames(s)) "robust se" else "se(coef)"
  say(paste0(id, ":log_hazard_ratio", pair), s["arm2", "coef"], source)
  say(paste0(id, ":log_hazard_ratio_se", pair), s["arm2", se], source)
  say(paste0(id, ":log_hazard_ratio[term=KARNO]"), s["karno", "coef"], source)
  say(paste0(id, ":log_hazard_ratio_se[term=KARNO]"), s["karno", se], source)
}
robust <- coxph(Surv(time, status) ~ arm + karno, v, cluster = id, control = tight)
cox("os_cox_robust", robust, "coxph(cluster = id)")
say("os_cox_robust:chi_square[test=wald]", robust$wald.test, "coxph(cluster = id)")
say("os_cox_robust:chi_square[test=score]", robust$rscore, "coxph(cluster = id)")
cox("os_cox_cluster", coxph(Surv(time, status) ~ arm + karno, v, cluster = celltype, control = tight), "coxph(cluster)")
cox("os_cox_discrete", coxph(Surv(time, status) ~ arm + karno, v, ties = "exact", control = tight), "coxph(exact)")
check <- cox.zph(coxph(Surv(time, status) ~ arm + karno, v, ties = "breslow", control = tight), transform = "log")$table
say("os_cox_profile:chi_square[term=treatment,test=proportional_hazards]", check["arm", "chisq"], "cox.zph(log)")
say("os_cox_profile:chi_square[term=KARNO,test=proportional_hazards]", check["karno", "chisq"], "cox.zph(log)")
say("os_cox_profile:chi_square[test=proportional_hazards]", check["GLOBAL", "chisq"], "cox.zph(log)")

# Profile limits: where twice the partial log-likelihood has fallen by the chi-square quantile.
full <- coxph(Surv(time, status) ~ arm + karno, v, ties = "breslow", control = tight)
fall <- function(b) {
  rest <- coxph(Surv(time, status) ~ karno + offset(b * (v$trt == 2)), v, ties = "breslow", control = tight)
  2 * (full$loglik[2] - rest$loglik[2]) - qchisq(0.95, 1)
}
b <- coef(full)[["arm2"]]
for (side in c("lower", "upper")) {
  span <- if (side == "lower") c(b - 1, b) else c(b, b + 1)
  say(paste0("os_cox_profile:hazard_ratio_", side, pair), exp(uniroot(fall, span, tol = 1e-12)$root),
      "profile of coxph by uniroot", 1e-7)
}

# Weighted log-rank tests by their definition.
weighted <- function(weight) {
  times <- sort(unique(v$time[v$status == 1]))
  gap <- variance <- 0
  state <- list(km = 1, shrunk = 1)
  for (t in times) {
    n <- sum(v$time >= t); d <- sum(v$time == t & v$status == 1)
    n1 <- sum(v$time >= t & v$trt == 2); d1 <- sum(v$time == t & v$status == 1 & v$trt == 2)
    state$shrunk <- state$shrunk * (n + 1 - d) / (n + 1)
    w <- weight(n, state)
    gap <- gap + w * (d1 - d * n1 / n)
    if (n > 1) variance <- variance + w^2 * d * (n - d) / (n - 1) * n1 / n * (1 - n1 / n)
    state$km <- state$km * (n - d) / n
  }
  gap^2 / variance
}
say(paste0("os_gehan:chi_square", pair), weighted(function(n, s) n), "definition")
say(paste0("os_tarone:chi_square", pair), weighted(function(n, s) sqrt(n)), "definition")
say(paste0("os_peto_peto:chi_square", pair), weighted(function(n, s) s$shrunk), "definition")
say(paste0("os_modified_peto:chi_square", pair), weighted(function(n, s) s$shrunk * n / (n + 1)), "definition")

# Landmarks: logit limits and the test on the log-log scale.
km <- summary(survfit(Surv(time, status) ~ arm, v, conf.type = "logit"), times = c(100, 200))
arms <- ifelse(km$strata == "arm=1", "standard", "test")
for (i in seq_along(arms)) for (side in c("lower", "upper"))
  say(sprintf("os_km_logit:surv_%s[arm=%s,time=%g]", side, arms[i], km$time[i]), km[[side]][i], "survfit(logit)")
decile <- quantile(survfit(Surv(time, status) ~ arm, v), c(0.1, 0.9))$quantile
say("os_km_logit:quantile[arm=standard,share=0.1]", decile[1, 1], "quantile.survfit")
say("os_km_logit:quantile[arm=test,share=0.1]", decile[2, 1], "quantile.survfit")
say("os_km_logit:quantile[arm=standard,share=0.9]", decile[1, 2], "quantile.survfit")
say("os_km_logit:quantile[arm=test,share=0.9]", decile[2, 2], "quantile.survfit")
for (t in c(100, 200)) {
  at <- function(arm) { i <- which(arms == arm & km$time == t); c(km$surv[i], km$std.err[i]) }
  a <- at("test"); s <- at("standard")
  say(sprintf("os_km_logit:surv_diff[arm=test/standard,time=%g]", t), a[1] - s[1], "survfit")
  say(sprintf("os_km_logit:surv_diff_se[arm=test/standard,time=%g]", t), sqrt(a[2]^2 + s[2]^2), "survfit")
  scaled <- function(x) c(-log(-log(x[1])), x[2] / (x[1] * -log(x[1])))
  z <- (scaled(a)[1] - scaled(s)[1]) / sqrt(scaled(a)[2]^2 + scaled(s)[2]^2)
  say(sprintf("os_km_logit:z[arm=test/standard,time=%g]", t), z, "definition")
}

# Differences of restricted means, from the areas of survfit.
means <- summary(survfit(Surv(time, status) ~ arm, v), rmean = 999)$table
gain <- means["arm=2", "rmean"] - means["arm=1", "rmean"]
error <- sqrt(sum(means[, "se(rmean)"]^2))
say(paste0("os_rmst:rmst_diff", pair), gain, "survfit")
say(paste0("os_rmst:rmst_diff_se", pair), error, "survfit")
say(paste0("os_rmst:p", pair), 2 * pnorm(-abs(gain / error)), "survfit")
say(paste0("os_rmst:rmst_ratio", pair), means["arm=2", "rmean"] / means["arm=1", "rmean"], "survfit")

# Rates.
time <- tapply(v$time, v$trt, sum); died <- tapply(v$status, v$trt, sum)
rates <- poisson.test(died[2:1], time[2:1])
exact <- "poisson.test"
for (id in c("os_rate", "death_count")) {
  say(paste0(id, ":rate_ratio", pair), rates$estimate, exact)
  say(paste0(id, ":rate_ratio_lower", pair), rates$conf.int[1], exact)
  say(paste0(id, ":rate_ratio_upper", pair), rates$conf.int[2], exact)
  say(paste0(id, ":p", pair), rates$p.value, exact)
  say(paste0(id, ":rate_lower[arm=test]"), 1000 * poisson.test(died[2], time[2])$conf.int[1], exact)
  say(paste0(id, ":rate_upper[arm=test]"), 1000 * poisson.test(died[2], time[2])$conf.int[2], exact)
}
count <- glm(status ~ arm + cell + karno + offset(log(time)), poisson, v, control = list(epsilon = 1e-14, maxit = 50))
source <- "glm(poisson)"
se <- sqrt(diag(vcov(count)))
say(paste0("os_poisson:log_rate_ratio", pair), coef(count)["arm2"], source)
say(paste0("os_poisson:log_rate_ratio_se", pair), se["arm2"], source)
for (level in c("smallcell", "adeno", "large")) {
  key <- sprintf("[level=%s/squamous,term=CELLTYPE]", level)
  say(paste0("os_poisson:log_rate_ratio", key), coef(count)[paste0("cell", level)], source)
  say(paste0("os_poisson:log_rate_ratio_se", key), se[paste0("cell", level)], source)
}
say("os_poisson:chi_square[term=CELLTYPE,test=likelihood_ratio]", deviance(update(count, . ~ . - cell)) - deviance(count),
    source)
say("os_poisson:log_likelihood", as.numeric(logLik(count)), source)
say("os_poisson:deviance", deviance(count), source)
say("os_poisson:dispersion", sum(residuals(count, "pearson")^2) / count$df.residual, source)
say("os_poisson:rate[arm=test]", exp(sum(c(1, 1, 0.25, 0.25, 0.25, mean(v$karno)) * coef(count))), source)
limits <- suppressMessages(confint(count, "arm2"))
say(paste0("os_poisson_profile:rate_ratio_lower", pair), exp(limits[1]), "confint(glm)", 1e-4)
say(paste0("os_poisson_profile:rate_ratio_upper", pair), exp(limits[2]), "confint(glm)", 1e-4)

# A competing event.
cause <- ifelse(v$status == 0, 0, ifelse(v$prior == 0, 1, 2))
x <- model.matrix(~ arm + cell + karno, v)[, -1]
fg <- crr(v$time, cause, x, gtol = 1e-12)
source <- "cmprsk::crr"
fg_se <- sqrt(diag(fg$var))
say(paste0("cause_fine_gray:log_hazard_ratio", pair), fg$coef[1], source)
say(paste0("cause_fine_gray:log_hazard_ratio_se", pair), fg_se[1], source)
say("cause_fine_gray:log_hazard_ratio[level=adeno/squamous,term=CELLTYPE]", fg$coef[3], source)
say("cause_fine_gray:log_hazard_ratio_se[level=adeno/squamous,term=CELLTYPE]", fg_se[3], source)
say("cause_fine_gray:log_hazard_ratio[term=KARNO]", fg$coef[5], source)
say("cause_fine_gray:log_hazard_ratio_se[term=KARNO]", fg_se[5], source)
say("cause_fine_gray:log_likelihood", fg$loglik, source)
f <- finegray(Surv(time, factor(cause)) ~ ., data = v[, c("time", "arm", "karno", "id")], etype = "1", id = id)
known <- coxph(Surv(fgstart, fgstop, fgstatus) ~ arm + karno, f, weights = fgwt, cluster = id, control = tight)
say(paste0("cause_fine_gray_survival:log_hazard_ratio", pair), coef(known)["arm2"], "finegray and coxph")
say(paste0("cause_fine_gray_survival:log_hazard_ratio_se", pair), sqrt(known$var[1, 1]), "finegray and coxph")
curves <- cuminc(v$time, cause, ifelse(v$trt == 2, "test", "standard"), strata = v$celltype)
say(paste0("cause_incidence:chi_square", pair), curves$Tests["1", "stat"], "cmprsk::cuminc")
at <- timepoints(curves, c(100, 200))
for (t in c("100", "200")) for (arm in c("test", "standard")) {
  say(sprintf("cause_incidence:cif[arm=%s,time=%s]", arm, t), at$est[paste(arm, 1), t], "cmprsk::cuminc")
  say(sprintf("cause_incidence:cif_se[arm=%s,time=%s]", arm, t), sqrt(at$var[paste(arm, 1), t]), "cmprsk::cuminc")
}

# Events that could recur, of which everyone here has one at most.
recur <- coxph(Surv(rep(0, nrow(v)), time, status) ~ arm, v, cluster = id, control = tight)
say(paste0("death_rates:log_rate_ratio", pair), coef(recur), "coxph(start, stop, cluster = id)")
say(paste0("death_rates:log_rate_ratio_se", pair), sqrt(recur$var[1, 1]), "coxph(start, stop, cluster = id)")
say("death_rates:chi_square[test=score]", recur$rscore, "coxph(start, stop, cluster = id)")
mean_count <- summary(survfit(Surv(time, status) ~ arm, v), times = c(100, 200))
for (i in seq_along(mean_count$time))
  say(sprintf("death_mean:mean_count[arm=%s,time=%g]", ifelse(mean_count$strata[i] == "arm=1", "standard", "test"),
              mean_count$time[i]), mean_count$cumhaz[i], "survfit cumhaz")
breslow <- coxph(Surv(time, status) ~ arm, v, ties = "breslow", cluster = id, control = tight)
say(paste0("death_mean:z", pair), sign(coef(breslow)) * sqrt(breslow$rscore), "coxph(breslow), robust score")
save("veteran")

x <- read.csv(file.path(folders[1], "pharmacosmoking", "pharmacosmoking.csv"))
x$arm <- relevel(factor(x$grp), "patchOnly")
x$employment <- relevel(factor(x$employment), "ft")
pair <- "[arm=combination/patch]"
count <- glm(priorAttempts ~ arm + employment + age + offset(log(yearsSmoking)), poisson, x,
             control = list(epsilon = 1e-14, maxit = 50))
robust <- sqrt(diag(sandwich(count)))
say(paste0("attempts_poisson:log_rate_ratio", pair), coef(count)[2], "glm(poisson)")
say(paste0("attempts_poisson:log_rate_ratio_se", pair), robust[2], "sandwich", 1e-7)
say("attempts_poisson:log_rate_ratio_se[level=pt/ft,term=EMPLOYMENT]", robust["employmentpt"], "sandwich", 1e-7)
nb <- glm.nb(priorAttempts ~ arm + employment + age + offset(log(yearsSmoking)), x,
             control = glm.control(epsilon = 1e-12, maxit = 500))
say(paste0("attempts_nb:log_rate_ratio", pair), coef(nb)[2], "MASS::glm.nb", 1e-6)
say(paste0("attempts_nb:log_rate_ratio_se", pair), sqrt(diag(vcov(nb)))[2], "MASS::glm.nb", 1e-6)
say("attempts_nb:log_rate_ratio[term=AGE]", coef(nb)["age"], "MASS::glm.nb", 1e-6)
say("attempts_nb:dispersion", 1 / nb$theta, "MASS::glm.nb", 1e-6)
say("attempts_nb:log_likelihood", as.numeric(logLik(nb)), "MASS::glm.nb", 1e-8)
time <- tapply(x$yearsSmoking, x$arm, sum); events <- tapply(x$priorAttempts, x$arm, sum)
rate <- 100 * events / time
say("attempts_rate:rate[arm=combination]", rate["combination"], "definition")
say(paste0("attempts_rate:rate_diff", pair), rate["combination"] - rate["patchOnly"], "definition")
ratio <- rate["combination"] / rate["patchOnly"]
half <- qnorm(0.975) * sqrt(sum(1 / events))
say(paste0("attempts_rate:rate_ratio", pair), ratio, "definition")
say(paste0("attempts_rate:rate_ratio_lower", pair), ratio * exp(-half), "definition")
say(paste0("attempts_rate:rate_ratio_upper", pair), ratio * exp(half), "definition")
byar <- function(n, side) { m <- if (side < 0) n else n + 1; m * (1 - 1 / (9 * m) + side * qnorm(0.975) / (3 * sqrt(m)))^3 }
say("attempts_rate:rate_lower[arm=patch]", 100 * byar(events["patchOnly"], -1) / time["patchOnly"], "Byar's formula")
say("attempts_rate:rate_upper[arm=patch]", 100 * byar(events["patchOnly"], 1) / time["patchOnly"], "Byar's formula")
save("pharmacosmoking")

s <- read.csv(file.path(folders[2], "recurrent/data/subjects.csv"))
e <- read.csv(file.path(folders[2], "recurrent/data/attacks.csv"))
s$arm <- factor(s$ARM, levels = c("B", "A"))
e <- merge(e, s, by = "SUBJID")
inside <- e$CONFIRMED == "Y" & !is.na(e$DAY) & e$DAY > 0 & e$DAY <= e$LASTDAY
outside <- e$CONFIRMED == "Y" & !inside
e$arm_id <- ifelse(e$ARM == "A", "test", "standard")
s$count <- sapply(s$SUBJID, function(id) sum(e$SUBJID[inside] == id))
pair <- "[arm=test/standard]"
for (arm in c("test", "standard")) for (id in c("attack_rates", "attack_means", "attack_incidence", "attack_counts")) {
  say(sprintf("%s:events[arm=%s]", id, arm), sum(e$arm_id[inside] == arm), "count")
  say(sprintf("%s:outside[arm=%s]", id, arm), sum(e$arm_id[outside] == arm), "count")
}
records <- do.call(rbind, lapply(seq_len(nrow(s)), function(i) {
  days <- sort(unique(e$DAY[inside & e$SUBJID == s$SUBJID[i]]))
  stop <- if (length(days) && max(days) == s$LASTDAY[i]) days else c(days, s$LASTDAY[i])
  data.frame(s[i, ], start = c(0, head(stop, -1)), stop = stop, happened = stop %in% days)
}))
ag <- coxph(Surv(start, stop, happened) ~ arm, records, cluster = SUBJID, control = tight)
say(paste0("attack_rates:log_rate_ratio", pair), coef(ag), "coxph(cluster)")
say(paste0("attack_rates:log_rate_ratio_se", pair), sqrt(ag$var[1, 1]), "coxph(cluster)")
say("attack_rates:chi_square[test=score]", ag$rscore, "coxph(cluster)")
say("attack_rates:chi_square[test=proportional_hazards]", cox.zph(ag)$table["GLOBAL", "chisq"], "cox.zph")
ag <- coxph(Surv(start, stop, happened) ~ arm + SEVERITY + strata(SITE), records, cluster = SUBJID, ties = "breslow",
            control = tight)
say(paste0("attack_adjusted:log_rate_ratio", pair), coef(ag)[1], "coxph(cluster, strata)")
say(paste0("attack_adjusted:log_rate_ratio_se", pair), sqrt(ag$var[1, 1]), "coxph(cluster, strata)")
say("attack_adjusted:log_rate_ratio[term=SEVERITY]", coef(ag)[2], "coxph(cluster, strata)")
# Nelson's estimate with the variance of Lawless and Nadeau, by definition; two attacks of a day count twice.
mean_count <- function(arm, t) {
  who <- s[s$ARM == arm, ]
  days <- lapply(who$SUBJID, function(id) e$DAY[inside & e$SUBJID == id & e$DAY <= t])
  at <- sort(unique(unlist(days)))
  risk <- sapply(at, function(day) sum(who$LASTDAY >= day))
  rate <- sapply(at, function(day) sum(unlist(days) == day)) / risk
  parts <- sapply(seq_along(days), function(i)
    sum(sapply(seq_along(at), function(j) (who$LASTDAY[i] >= at[j]) / risk[j] * (sum(days[[i]] == at[j]) - rate[j]))))
  c(sum(rate), sqrt(sum(parts^2)))
}
for (t in c(60, 120)) {
  a <- mean_count("A", t); b <- mean_count("B", t)
  say(sprintf("attack_means:mean_count[arm=test,time=%g]", t), a[1], "definition")
  say(sprintf("attack_means:mean_count_se[arm=test,time=%g]", t), a[2], "definition")
  say(sprintf("attack_means:mean_count_upper[arm=standard,time=%g]", t), b[1] + qnorm(0.975) * b[2], "definition")
  say(sprintf("attack_means:mean_count_diff[arm=test/standard,time=%g]", t), a[1] - b[1], "definition")
  say(sprintf("attack_means:mean_count_diff_se[arm=test/standard,time=%g]", t), sqrt(a[2]^2 + b[2]^2), "definition")
}
total <- tapply(s$count, s$arm, sum)[c("A", "B")]; time <- tapply(s$LASTDAY, s$arm, sum)[c("A", "B")]
say("attack_incidence:rate[arm=test]", 365.25 * total[1] / time[1], "definition")
say(paste0("attack_incidence:rate_ratio_upper", pair), poisson.test(total, time)$conf.int[2], "poisson.test")
say(paste0("attack_incidence:p", pair), poisson.test(total, time)$p.value, "poisson.test")
count <- glm(count ~ arm + SITE + SEVERITY + offset(log(LASTDAY)), poisson, s, control = list(epsilon = 1e-14))
say(paste0("attack_poisson:log_rate_ratio", pair), coef(count)[2], "glm(poisson)")
say(paste0("attack_poisson:log_rate_ratio_se", pair), sqrt(diag(sandwich(count)))[2], "sandwich", 1e-7)
nb <- glm.nb(count ~ arm + SITE + SEVERITY + offset(log(LASTDAY)), s, control = glm.control(epsilon = 1e-13, maxit = 500))
say(paste0("attack_counts:log_rate_ratio", pair), coef(nb)[2], "MASS::glm.nb", 1e-6)
say(paste0("attack_counts:log_rate_ratio_se", pair), sqrt(diag(vcov(nb)))[2], "MASS::glm.nb", 1e-6)
say("attack_counts:log_rate_ratio[level=W/N,term=SITE]", coef(nb)["SITEW"], "MASS::glm.nb", 1e-6)
say("attack_counts:dispersion", 1 / nb$theta, "MASS::glm.nb", 1e-5)
say("attack_counts:log_likelihood", as.numeric(logLik(nb)), "MASS::glm.nb")
save("recurrent")
