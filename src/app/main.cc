#include "app/app.h"

int main(int argc, char** argv) {
  return thb::RunApp(argc, argv);
}
