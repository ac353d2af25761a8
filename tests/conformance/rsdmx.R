# Reads structures and data of SDMX 2.1 with rsdmx. Usage: Rscript rsdmx.R API
suppressPackageStartupMessages(library(rsdmx))
api <- paste0(commandArgs(TRUE)[1], "/sdmx/2.1/")
expect <- function(holds, what) {
  if (!isTRUE(holds)) stop(what, call. = FALSE)
}
read <- function(path) readSDMX(paste0(api, path))

data <- as.data.frame(read("data/CRIM_THB_SEX/A.PER_VICT.T.NR."))
expect(nrow(data) > 100, "rsdmx reads too few observations")
expect(all(c("geo", "obsTime", "obsValue") %in% names(data)) ||
         all(c("geo", "TIME_PERIOD", "OBS_VALUE") %in% names(data)), "columns are missing")
union <- data[data$geo == "EU27_2020" & data$TIME_PERIOD == "2020", ]
expect(nrow(union) == 1 && as.numeric(union$OBS_VALUE) == 6534, "victims of the Union in 2020 are not 6534")

codes <- as.data.frame(read("codelist/ESTAT/SEX/1.0"))
expect(all(c("T", "F", "M", "UNK") %in% codes$id), "codes are missing")
flows <- as.data.frame(read("dataflow/ESTAT/all/latest"))
expect("CRIM_THB_VEXP" %in% flows$id, "a dataflow is missing")
structure <- read("datastructure/ESTAT/CRIM_THB_SEX/1.0?references=descendants")
expect(is(structure, "SDMXDataStructureDefinition"), "no data structure definition")
dimensions <- slot(slot(structure, "datastructures"), "datastructures")[[1]]@Components@Dimensions
expect(identical(vapply(dimensions, function(d) d@conceptRef, ""),
                 c("freq", "leg_stat", "sex", "unit", "geo")), "other dimensions")
expect(is(read("conceptscheme/ESTAT/CRIM_THB_SEX/1.0"), "SDMXConcepts"), "no concepts")
cat("rsdmx:", nrow(data), "observations,", nrow(flows), "dataflows,", nrow(codes), "codes\n")
