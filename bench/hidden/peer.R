# The same work by the R packages that the literature uses, its processor time as JSON:
# Rscript peer.R TABLE.csv stepwise REPLICATES | bic ORDER
arguments <- commandArgs(TRUE)
z <- as.matrix(read.csv(arguments[1]))
if (arguments[2] == "stepwise") {
  fit <- SparseMSE::estimatepopulation(z, nboot = as.integer(arguments[3]), pthresh = 0.02, iseed = 1234)
  point <- fit$popest
  models <- 0
} else {
  fit <- suppressWarnings(
    Rcapture::closedpMS.t(z, dfreq = TRUE, maxorder = as.integer(arguments[3]), stopiflong = FALSE))
  best <- fit$results[which.min(fit$results[, "BIC"]), ]
  point <- best[["abundance"]]
  models <- nrow(fit$results)
}
time <- proc.time()
cat(sprintf('{"cpu": %.3f, "point": %.10g, "models": %d}\n', time[["user.self"]] + time[["sys.self"]],
            point, as.integer(models)))
