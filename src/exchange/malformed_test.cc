// Files that are not what they should be: each gives one clear line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "exchange/internal/testing.h"

namespace thb {
namespace {

struct Malformed {
  const char* name;
  std::string content;
  ErrorCode code;
  const char* says;  // part of the line
};

constexpr const char* kHeader = "dataset,sex,age,geo,time,OBS_VALUE,OBS_FLAG\n";
constexpr const char* kSdmx =
    "DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n";
constexpr const char* kSdmxRow = "ESTAT:CRIM_THB_SEX(1.0),x,A,PER_VICT,T,NR,";

std::string Row(const std::string& row) {
  return kHeader + row + "\n";
}
std::string Sdmx(const std::string& rest) {
  return std::string(kSdmx) + kSdmxRow + rest + "\n";
}

std::string WithValue(const std::string& value) {
  return Row("population,T,TOTAL,NL,2020," + value + ",");
}

std::string Workbook() {
  return MakeXlsxOfRows({{"dataset", "sex", "age", "geo", "time", "OBS_VALUE"},
                         {"population", "T", "TOTAL", "NL", "2020", "17"}});
}

std::string JsonStat(const std::string& size, const std::string& value) {
  return R"({"class":"dataset","id":["sex","age","geo","time"],"size":)" + size +
         R"(,"dimension":{"sex":{"category":{"index":["T","F"]}},"age":{"category":{"index":)"
         R"(["TOTAL"]}},"geo":{"category":{"index":["NL"]}},)"
         R"("time":{"category":{"index":["2020"]}}},)"
         R"("value":)" +
         value + "}";
}

std::string SdmxJson(const std::string& observations) {
  return R"({"data":{"structures":[{"dimensions":{"observation":[)"
         R"({"id":"sex","values":[{"id":"T"}]},)"
         R"({"id":"age","values":[{"id":"TOTAL"}]},{"id":"geo","values":[{"id":"NL"}]},)"
         R"({"id":"TIME_PERIOD","values":[{"id":"2020"}]}]}}],"dataSets":[{"observations":)" +
         observations + "}]}}";
}

std::vector<Malformed> TextCases() {
  return {
      {"Empty", "", ErrorCode::kParse, "the file is empty"},
      {"OnlySpace", " \r\n\n", ErrorCode::kParse, "the file is empty"},
      {"OnlyAHeader", kHeader, ErrorCode::kParse, "no figures"},
      {"Binary", std::string("\x7f\x45\x4c\x46\0\0\1", 7), ErrorCode::kParse, "binary"},
      {"Latin1",
       Row("population,T,TOTAL,Espa\xf1"
           "a,2020,1,"),
       ErrorCode::kEncoding, "in:2"},
      {"Utf16",
       std::string("\xff\xfe"
                   "d\0a\0",
                   6),
       ErrorCode::kEncoding, "UTF-16"},
      {"OldExcel", std::string("\xd0\xcf\x11\xe0\xa1\xb1", 6), ErrorCode::kUnsupported,
       "old or encrypted Excel"},
      {"WebPage", "<!DOCTYPE html><html></html>", ErrorCode::kUnsupported, "XML or HTML"},
      {"UnknownCode", Row("population,X,TOTAL,NL,2020,1,"), ErrorCode::kUnknownCode,
       "unknown code \"X\""},
      {"GreeceIsEl", Row("population,T,TOTAL,GR,2020,1,"), ErrorCode::kUnknownCode, "Greece is EL"},
      {"MistypedCode", Row("population,T,TOTL,NL,2020,1,"), ErrorCode::kUnknownCode,
       "did you mean TOTAL?"},
      {"EmptyCode", Row("population,,TOTAL,NL,2020,1,"), ErrorCode::kStructure,
       "no code in dimension sex"},
      {"UnknownDataset", Row("populaton,T,TOTAL,NL,2020,1,"), ErrorCode::kNotFound,
       "did you mean population?"},
      {"UnknownFlag", Row("population,T,TOTAL,NL,2020,1,q"), ErrorCode::kUnknownCode,
       "observation flag \"q\""},
      {"TimeOutOfRange", Row("population,T,TOTAL,NL,3020,1,"), ErrorCode::kBadValue,
       "write a year from 1900 to 2200"},
      {"TwoYearsOfAState", Row("population,T,TOTAL,NL,2019-2020,1,"), ErrorCode::kBadValue,
       "no reference period"},
      {"NotANumber", WithValue("NaN"), ErrorCode::kBadValue, "\"NaN\" is not a number"},
      {"Infinite", WithValue("inf"), ErrorCode::kBadValue, "\"inf\" is not a number"},
      {"Negative", WithValue("-3"), ErrorCode::kBadValue, "\"-3\" is negative"},
      {"Fraction", WithValue("1.234"), ErrorCode::kBadValue, "\"1.234\" is not a whole number"},
      {"TooLarge", WithValue("1e300"), ErrorCode::kBadValue, "too large"},
      {"Words", WithValue("about ten"), ErrorCode::kBadValue, "\"about ten\" is not a number"},
      {"LessThanNothing", WithValue("<0"), ErrorCode::kBadValue, "no count is less than 0"},
      {"ShortRow", kHeader + std::string("population,T\n"), ErrorCode::kParse,
       "2 fields where the header has 7"},
      {"LongRow", Row("population,T,TOTAL,NL,2020,1,,,,"), ErrorCode::kParse, "10 fields"},
      {"OpenQuote", Row("population,\"T,TOTAL,NL,2020,1,"), ErrorCode::kParse, "not closed"},
  };
}

std::vector<Malformed> ColumnCases() {
  return {
      {"MissingColumn", "dataset,sex,geo,time,OBS_VALUE\npopulation,T,NL,2020,1\n",
       ErrorCode::kStructure, "dimension age of population is missing"},
      {"RepeatedColumn", "dataset,sex,sex,age,geo,time,OBS_VALUE\npopulation,T,T,TOTAL,NL,2020,1\n",
       ErrorCode::kStructure, "column sex is there twice"},
      {"StrangeColumn",
       "dataset,sex,age,geo,time,OBS_VALUE,OBS_FLAGS\npopulation,T,TOTAL,NL,2020,1,\n",
       ErrorCode::kStructure, "did you mean OBS_FLAG?"},
      {"NoKnownHeader", "a,b\n1,2\n", ErrorCode::kStructure, "no header of a known table"},
      {"AMillionColumns", std::string(1'000'000, ','), ErrorCode::kLimit, "more than 1000 columns"},
      {"ValueAndReason",
       "dataset,sex,age,geo,time,OBS_VALUE,MISSING_REASON\npopulation,T,TOTAL,NL,2020,1,conflict\n",
       ErrorCode::kStructure, "two of value, bounds and missing reason"},
      {"CrossedBounds",
       "dataset,sex,age,geo,time,OBS_VALUE,OBS_LOWER,OBS_UPPER\npopulation,T,TOTAL,NL,2020,,5,4\n",
       ErrorCode::kBadValue, "below the lower bound"},
      {"UnknownReason",
       "dataset,sex,age,geo,time,OBS_VALUE,MISSING_REASON\npopulation,T,TOTAL,NL,2020,,lost\n",
       ErrorCode::kUnknownCode, "missing_reason"},
      {"TemplateWithoutYear", "table,country,number\nvictims,NL,1\n", ErrorCode::kStructure,
       "column year missing"},
      {"TemplateMistypedColumn", "table,year,number,citizenshp\nvictims,2020,1,\n",
       ErrorCode::kStructure, "did you mean citizenship?"},
      {"TemplateUnknownTable", "table,year,country,number\nvictms,2020,NL,1\n",
       ErrorCode::kUnknownCode, "no table of the form"},
      {"TemplateWithoutCountry", "table,year,number\nvictims,2020,1\n", ErrorCode::kStructure,
       "give --sender"},
  };
}

std::vector<Malformed> SdmxCases() {
  return {
      {"SdmxMixedSeparators", Sdmx("NL;2020;5;;"), ErrorCode::kParse, "7 fields where the header"},
      {"SdmxOnlySemicolons",
       std::string(kSdmx) + "ESTAT:CRIM_THB_SEX(1.0);x;A;PER_VICT;T;NR;NL;2020;5;;\n",
       ErrorCode::kParse, "one separator in the whole file"},
      {"SdmxTruncated", Sdmx("NL,20"), ErrorCode::kParse, "fields where the header has 11"},
      {"SdmxWrongConf", Sdmx("NL,2020,5,,X"), ErrorCode::kUnknownCode, "conf_status"},
      {"SdmxNoValueColumn", "DATAFLOW,sex,OBS_VALU\nx,T,1\n", ErrorCode::kStructure,
       "is it the column OBS_VALU?"},
      {"SdmxUnknownFlow", "DATAFLOW,geo,OBS_VALUE\nESTAT:MIGR_RESFIRST(1.0),NL,1\n",
       ErrorCode::kNotFound, "unknown dataset ESTAT:MIGR_RESFIRST(1.0)"},
      {"SdmxUnknownAction",
       "STRUCTURE,STRUCTURE_ID,ACTION,sex,age,geo,TIME_PERIOD,OBS_VALUE\n"
       "dataflow,OPENTHB:POPULATION(1.0),X,T,TOTAL,NL,2020,1\n",
       ErrorCode::kUnknownCode, "unknown action \"X\""},
      {"SdmxWildcardInAMerge",
       "STRUCTURE,STRUCTURE_ID,ACTION,sex,age,geo,TIME_PERIOD,OBS_VALUE\n"
       "dataflow,OPENTHB:POPULATION(1.0),M,,TOTAL,NL,2020,1\n",
       ErrorCode::kStructure, "no code in dimension sex"},
      {"SdmxDeleteOfAFlag",
       "STRUCTURE,STRUCTURE_ID,ACTION,sex,age,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
       "dataflow,OPENTHB:POPULATION(1.0),D,T,TOTAL,NL,2020,,-\n",
       ErrorCode::kUnsupported, "attribute without its value"},
      {"TsvUnknownDimensions", "freq,colour,geo\\TIME_PERIOD\t2020 \nA,x,NL\t1 \n",
       ErrorCode::kStructure, "no dataset has the dimensions"},
      {"TsvShortSeries", "freq,iccs,unit,geo\\TIME_PERIOD\t2020 \nA,NR,NL\t1 \n", ErrorCode::kParse,
       "3 codes where the header has 4"},
      {"TsvShortRow", "freq,iccs,unit,geo\\TIME_PERIOD\t2019 \t2020 \nA,ICCS0204,NR,NL\t1 \n",
       ErrorCode::kParse, "2 fields where the header has 3"},
      {"JsonTruncated", R"({"class":"dataset","id":["sex")", ErrorCode::kParse, "not valid JSON"},
      {"JsonTooDeep", std::string(100, '[') + std::string(100, ']'), ErrorCode::kLimit,
       "nested deeper"},
      {"JsonOfAnotherKind", R"({"hello":"world"})", ErrorCode::kUnsupported, "neither SDMX-JSON"},
      {"JsonStatSizeAgainstId", JsonStat("[2,1,1]", "[1,2]"), ErrorCode::kStructure,
       "id names 4 dimensions, size 3"},
      {"JsonStatSizeAgainstIndex", JsonStat("[3,1,1,1]", "[1,2,3]"), ErrorCode::kStructure,
       "does not have the 3 categories"},
      {"JsonStatValues", JsonStat("[2,1,1,1]", "[1]"), ErrorCode::kStructure,
       "value has 1 entries, the table 2 cells"},
      {"JsonStatPosition", JsonStat("[2,1,1,1]", R"({"2":1})"), ErrorCode::kStructure,
       "outside the table of 2 cells"},
      {"JsonStatHuge", JsonStat("[4000000000,4000000000,1,1]", "{}"), ErrorCode::kLimit,
       "makes the cube too large"},
      {"JsonStatFraction", JsonStat("[2,1,1,1]", "[1.5,2]"), ErrorCode::kBadValue,
       "\"1.5\" is not a whole number"},
      {"SdmxJsonKey", SdmxJson(R"({"0:0:0":[1]})"), ErrorCode::kStructure,
       "has 3 parts, the structure 4 dimensions"},
      {"SdmxJsonIndex", SdmxJson(R"({"0:0:0:7":[1]})"), ErrorCode::kStructure,
       "points outside dimension TIME_PERIOD"},
      {"SdmxJsonNegative", SdmxJson(R"({"0:0:0:0":[-1]})"), ErrorCode::kBadValue, "is negative"},
  };
}

std::vector<Malformed> XlsxCases() {
  std::string cut = Workbook();
  cut.resize(cut.size() / 2);
  const std::string bomb = MakeXlsx(std::string(std::size_t{64} << 20, ' '));
  return {
      {"XlsxTruncated", cut, ErrorCode::kParse, "not a whole ZIP archive"},
      {"XlsxFourBytes", "PK\3\4", ErrorCode::kParse, "not a whole ZIP archive"},
      {"ZipOfSomethingElse", MakeZip({{"a.txt", "a"}}), ErrorCode::kUnsupported,
       "no XLSX workbook"},
      {"ZipBomb", bomb, ErrorCode::kLimit, "expands more than 200 times"},
      {"XlsxWithoutSheet",
       MakeZip({{"xl/workbook.xml", "<workbook><sheets/></workbook>"},
                {"xl/_rels/workbook.xml.rels", "<Relationships/>"}}),
       ErrorCode::kStructure, "without a sheet"},
      {"XlsxWithoutTable", MakeXlsxOfRows({{"hello"}}), ErrorCode::kStructure,
       "no header of a known table"},
      {"XlsxFormula",
       MakeXlsxOfRows({{"dataset", "sex", "age", "geo", "time", "OBS_VALUE"},
                       {"population", "T", "TOTAL", "NL", "2020", "=1+1"}}),
       ErrorCode::kUnsupported, "cell F2 holds a formula"},
      {"XlsxStrayCell",
       MakeXlsxOfRows({{"dataset", "sex", "age", "geo", "time", "OBS_VALUE"},
                       {"population", "T", "TOTAL", "NL", "2020", "17", "18"}}),
       ErrorCode::kStructure, "cell G2 stands under no column name"},
      {"XlsxFormulaInTheForm",
       MakeXlsxOfRows({{"table", "year", "country", "number"}, {"victims", "2020", "NL", "=B7"}}),
       ErrorCode::kUnsupported, "cell D2 holds a formula"},
      {"XlsxBrokenXml", MakeXlsx("<row r=\"1\"><c></row>"), ErrorCode::kParse, "is not XML"},
      {"XlsxEntities",
       MakeZip({{"xl/workbook.xml", "<!DOCTYPE w [<!ENTITY a \"aaa\">]><workbook>&a;</workbook>"},
                {"xl/_rels/workbook.xml.rels", "<Relationships/>"}}),
       ErrorCode::kUnsupported, "document type"},
      {"XlsxFarColumn", MakeXlsx("<row r=\"1\"><c r=\"XFD1\" t=\"str\"><v>x</v></c></row>"),
       ErrorCode::kLimit, "more than 1000 columns"},
      {"XlsxRowsOutOfOrder", MakeXlsx("<row r=\"5\"/><row r=\"2\"/>"), ErrorCode::kParse,
       "rows are out of order"},
      {"XlsxRepeatedCell",
       MakeXlsx("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>"),
       ErrorCode::kParse, "out of order or repeated"},
      {"XlsxLostText", MakeXlsx("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>9</v></c></row>"),
       ErrorCode::kParse, "which the workbook does not have"},
  };
}

void ExpectOneClearLine(const std::vector<Malformed>& cases) {
  for (const Malformed& malformed : cases) {
    const auto file = Parse(malformed.content);
    ASSERT_FALSE(file) << malformed.name << " was read";
    const std::string line = file.error().ToLine();
    EXPECT_EQ(file.error().code, malformed.code) << malformed.name << ": " << line;
    EXPECT_THAT(line, testing::HasSubstr(malformed.says)) << malformed.name;
    EXPECT_EQ(line.find('\n'), std::string::npos) << malformed.name;
    EXPECT_LT(line.size(), 500U) << malformed.name;
    EXPECT_FALSE(file.error().remedy.empty()) << malformed.name << ": " << line;
    EXPECT_THAT(line, testing::HasSubstr("in")) << malformed.name;
  }
}

TEST(Malformed, Texts) {
  ExpectOneClearLine(TextCases());
}
TEST(Malformed, Columns) {
  ExpectOneClearLine(ColumnCases());
}
TEST(Malformed, Sdmx) {
  ExpectOneClearLine(SdmxCases());
}
TEST(Malformed, Workbooks) {
  ExpectOneClearLine(XlsxCases());
}

// Whatever is cut off a good file, it is read or refused, never crashed upon.
TEST(Malformed, EveryTruncation) {
  const Dataset& population = *TestDatasets().Find("population");
  SnapshotCell cell;
  cell.key = {"T", "TOTAL", "NL", "2020"};
  cell.cell = Cell::Value(17, "be");
  for (const Format format : {Format::kSdmxCsv, Format::kSdmxCsv2, Format::kSdmxJson,
                              Format::kJsonStat, Format::kTsv, Format::kCsv, Format::kXlsx}) {
    const auto written = WriteTable(format, population, {cell}, {}, TestCodes());
    ASSERT_TRUE(written);
    const std::size_t step = format == Format::kXlsx ? 97 : 1;
    for (std::size_t size = 0; size < written->bytes.size(); size += step) {
      const auto file = Parse(std::string_view(written->bytes).substr(0, size));
      EXPECT_TRUE(file.has_value() || !file.error().what.empty());
    }
  }
}

}  // namespace
}  // namespace thb
