# Run in this folder: python program.py (lifelines 0.30). Writes lifelines.csv, which program.R takes over.
import csv
import lifelines
import pandas as pd
from lifelines.statistics import multivariate_logrank_test

# data.csv of ../kaplan_meier; without strata, which lifelines does not have here.
data = pd.read_csv("../kaplan_meier/data.csv")
kinds = {"log_rank": {}, "gehan": {"weightings": "wilcoxon"}, "tarone": {"weightings": "tarone-ware"}, "peto": {"weightings": "peto"}}
for rho, gamma in ((1, 0), (0, 1), (1, 1), (0.5, 2)):
    kinds[f"fh;rho={rho};gamma={gamma}"] = {"weightings": "fleming-harrington", "p": rho, "q": gamma}
with open("lifelines.csv", "w") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["case", "kind", "chi_square", "version"])
    for case in ("freireich", "ties", "decimals", "all_events"):
        d = data[data["case"] == case]
        for kind, options in kinds.items():
            test = multivariate_logrank_test(d["time"], d["group"], d["status"], **options)
            out.writerow([case, kind, f"{test.test_statistic:.17g}", lifelines.__version__])
