# The same work by the R packages that the literature uses, its processor time as JSON:
# Rscript peer.R TABLE.csv stepwise REPLICATES | bic ORDER | lcmcr CHAINS.csv CHAINS SAMPLES THINNING
# lcmcr writes its draws of the total to CHAINS.csv, a column for each chain.
arguments <- commandArgs(TRUE)
z <- as.matrix(read.csv(arguments[1]))
if (arguments[2] == "stepwise") {
  fit <- SparseMSE::estimatepopulation(z, nboot = as.integer(arguments[3]), pthresh = 0.02, iseed = 1234)
  point <- fit$popest
  models <- 0
} else if (arguments[2] == "lcmcr") {
  numbers <- as.integer(arguments[4:6])
  lists <- as.data.frame(lapply(as.data.frame(z[, -ncol(z)]), factor, levels = 0:1))
  lists$Freq <- z[, ncol(z)]
  draws <- sapply(seq_len(numbers[1]), function(seed) {
    sampler <- LCMCR::lcmCR(lists, tabular = TRUE, K = 10, a_alpha = 0.25, b_alpha = 0.25,
                            seed = seed, buffer_size = numbers[2], thinning = numbers[3], verbose = FALSE)
    LCMCR::lcmCR_PostSampl(sampler, burnin = 10000, samples = numbers[2], thinning = numbers[3], output = FALSE)
  })
  point <- median(draws)
  models <- 0
} else {
  fit <- suppressWarnings(
    Rcapture::closedpMS.t(z, dfreq = TRUE, maxorder = as.integer(arguments[3]), stopiflong = FALSE))
  best <- fit$results[which.min(fit$results[, "BIC"]), ]
  point <- best[["abundance"]]
  models <- nrow(fit$results)
}
time <- proc.time()
if (arguments[2] == "lcmcr") write.table(draws, arguments[3], sep = ",", row.names = FALSE, col.names = FALSE)
cat(sprintf('{"cpu": %.3f, "point": %.10g, "models": %d}\n', time[["user.self"]] + time[["sys.self"]],
            point, as.integer(models)))
